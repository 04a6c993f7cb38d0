// Numbers one behind the other, little endian, without gaps: what a venue's state is written as.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace hopscope::venue {

class ByteWriter {
 public:
  explicit ByteWriter(std::vector<std::byte>& to) : to_(to) {}

  template <class Number>
  void put(Number number) {
    static_assert(std::is_integral_v<Number> || std::is_enum_v<Number>);
    append(&number, sizeof number);
  }
  void put_bytes(std::span<const std::byte> bytes) { append(bytes.data(), bytes.size()); }

 private:
  void append(const void* from, std::size_t bytes) {
    const std::size_t at = to_.size();
    to_.resize(at + bytes);
    std::memcpy(to_.data() + at, from, bytes);
  }

  std::vector<std::byte>& to_;
};

// Reads what a ByteWriter has written. Behind the end all numbers are 0, and sound() is false.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> from) : from_(from) {}

  template <class Number>
  Number get() {
    static_assert(std::is_integral_v<Number> || std::is_enum_v<Number>);
    Number number{};
    take(&number, sizeof number);
    return number;
  }
  void get_bytes(std::span<std::byte> to) { take(to.data(), to.size()); }

  bool sound() const { return sound_; }
  bool over() const { return sound_ && from_.empty(); }  // all of it was read, and no more

 private:
  void take(void* to, std::size_t bytes) {
    if (bytes > from_.size()) {
      sound_ = false;
      from_ = {};
      return;
    }
    std::memcpy(to, from_.data(), bytes);
    from_ = from_.subspan(bytes);
  }

  std::span<const std::byte> from_;
  bool sound_ = true;
};

}  // namespace hopscope::venue
