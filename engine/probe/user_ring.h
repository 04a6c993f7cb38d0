// Producer of a BPF_MAP_TYPE_USER_RINGBUF: one thread, no system call, no locked instruction.
//
// Layout and protocol are the kernel's (kernel/bpf/ringbuf.c, and Documentation/bpf/ringbuf.rst): a page with the consumer's position, a
// page with the producer's, then the data twice in a row, so that a record never wraps. A record is an 8-byte header (its length) and the
// data, rounded up to 8. The kernel reads the producer's position with acquire and then the header.
//
// libbpf has such a producer too. It marks each record busy, publishes the position, and commits with an exchange: that full barrier waits
// for every store before it, among them those to lines which the draining core holds. With one producer the record can be written first and
// published by one store-release, and the consumer's position need only be read when the ring looks full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace hopscope::probe {

class UserRing {
 public:
  UserRing() = default;
  UserRing(const UserRing&) = delete;
  UserRing& operator=(const UserRing&) = delete;
  ~UserRing();

  // map_fd: a user ring buffer's map; may be closed afterwards. Returns an empty string or why it cannot be mapped.
  std::string map(int map_fd);

  // False: no room.
  template <class Record>
  bool push(const Record& record) {
    constexpr std::uint64_t kBytes = (sizeof(Record) + kHeaderBytes + 7) & ~std::uint64_t{7};
    if (produced_ + kBytes - consumed_ > size_) [[unlikely]] {
      consumed_ = __atomic_load_n(consumer_position_, __ATOMIC_ACQUIRE);
      if (produced_ + kBytes - consumed_ > size_) return false;
    }
    std::byte* slot = data_ + (produced_ & (size_ - 1));
    const std::uint64_t header = sizeof(Record);  // length in the lower half, neither busy nor discarded
    std::memcpy(slot, &header, sizeof header);
    std::memcpy(slot + kHeaderBytes, &record, sizeof(Record));
    produced_ += kBytes;
    __atomic_store_n(producer_position_, produced_, __ATOMIC_RELEASE);
    // The drain has pulled these lines to its core: ask for the next ones before they are needed.
    for (std::uint64_t ahead = 0; ahead < kPrefetchBytes; ahead += 64) __builtin_prefetch(data_ + ((produced_ + ahead) & (size_ - 1)), 1);
    return true;
  }

 private:
  static constexpr std::uint64_t kHeaderBytes = 8;
  static constexpr std::uint64_t kPrefetchBytes = 256;

  std::uint64_t size_ = 0;  // bytes, a power of two
  std::uint64_t produced_ = 0;
  std::uint64_t consumed_ = 0;  // as last seen
  std::byte* data_ = nullptr;
  std::uint64_t* producer_position_ = nullptr;
  const std::uint64_t* consumer_position_ = nullptr;
  void* consumer_page_ = nullptr;
  void* producer_pages_ = nullptr;
  std::size_t page_bytes_ = 0;
};

}  // namespace hopscope::probe
