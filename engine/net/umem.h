// The memory that one AF_XDP socket shares with the kernel: frames of one size, and the list of those that are on neither ring.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hopscope::net {

class Umem {
 public:
  static constexpr std::uint32_t kFrameBytes = 2048;  // an Ethernet frame and the kernel's headroom; the kernel takes 2048 or 4096

  Umem() = default;
  Umem(const Umem&) = delete;
  Umem& operator=(const Umem&) = delete;
  ~Umem();

  // Takes zeroed memory, on huge pages where the kernel has them to give, so that it is there before the first packet. The first `given`
  // frames go to the kernel, the others are free. Returns an empty string or one line.
  std::string allocate(std::uint32_t given, std::uint32_t free);

  std::byte* area() const { return area_; }
  std::size_t bytes() const { return bytes_; }
  std::byte* at(std::uint64_t address) const { return area_ + address; }
  // Where a frame begins: received data stand behind the kernel's headroom.
  static std::uint64_t frame_of(std::uint64_t address) { return address & ~std::uint64_t{kFrameBytes - 1}; }

  bool has_free() const { return !free_.empty(); }
  std::uint64_t next_free() const { return free_.back(); }
  std::uint64_t take() {
    const std::uint64_t frame = free_.back();
    free_.pop_back();
    return frame;
  }
  void give(std::uint64_t frame) { free_.push_back(frame); }  // room was reserved for all

 private:
  std::byte* area_ = nullptr;
  std::size_t bytes_ = 0;
  std::vector<std::uint64_t> free_;
};

}  // namespace hopscope::net
