// Device `memory`: a ring of blocks in RAM that wraps around and overwrites its oldest. Nothing is durable; it shows the journal's own
// cost.
//
// A block never spans the end: what does not fit there goes to the front. Alignment is a cache line, since no sector asks for more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hopscope::journal {

inline constexpr std::size_t kMemoryAlignmentBytes = 64;

class MemoryDevice {
 public:
  MemoryDevice() = default;
  MemoryDevice(const MemoryDevice&) = delete;
  MemoryDevice& operator=(const MemoryDevice&) = delete;
  ~MemoryDevice();

  // Takes and touches all of size_bytes now, so that no page fault comes later. Returns an empty string or one line with its remedy.
  std::string open(std::uint64_t size_bytes);

  // used_bytes: header and records; stored_bytes: with padding, at most size_bytes.
  void write(const std::byte* block, std::size_t used_bytes, std::size_t stored_bytes);

  std::span<const std::byte> bytes() const { return {memory_, size_}; }

 private:
  std::byte* memory_ = nullptr;
  std::size_t size_ = 0;
  std::size_t offset_ = 0;
};

}  // namespace hopscope::journal
