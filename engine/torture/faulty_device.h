// A device with a volatile write cache, as bad as its promises allow: writes finish in any order, those that were not flushed reach the
// medium in any order or not at all, and what is on its way when everything stops is there in part, sector by sector.
//
// Every choice is drawn from the seed. Time is the number of calls of reap().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/random.h"
#include "engine/journal/device.h"

namespace hopscope::torture {

struct DeviceTraits {
  std::uint64_t size_bytes = 0;
  unsigned depth = 1;
  std::uint32_t latency =
      2;                 // calls of reap() until one of the writes under way is done, in the mean; a cached one stays for four times that
  bool flushes = true;   // a write that is done is on the medium, as with FUA; else in the cache
  bool forgets = false;  // breaks that promise
};

enum class Cut {
  Power,  // what the cache holds may be lost
  Kill    // the process dies, the device lives on: only writes that are not done are in danger
};

class FaultyDevice final : public journal::BlockDevice {
 public:
  FaultyDevice(const DeviceTraits& traits, const core::Random& random) : traits_(traits), random_(random), medium_(traits.size_bytes) {}

  std::span<std::byte> take_buffers(std::size_t bytes) override;
  std::size_t alignment_bytes() const override { return kAlignmentBytes; }
  std::uint64_t size_bytes() const override { return traits_.size_bytes; }
  unsigned depth() const override { return traits_.depth; }
  std::string submit(std::uint64_t sequence, std::uint64_t offset, std::span<const std::byte> bytes) override;
  bool reap(std::uint64_t& sequence, std::string& error) override;
  const char* durable_kind() const override;
  // All that is under way or cached reaches the medium, as when a run ends well.
  std::string close() override;

  // Everything stops now.
  void cut(Cut kind);

  // What is there for good.
  std::span<std::byte> medium() { return medium_; }
  std::uint64_t torn() const { return torn_; }  // writes that a cut has left there in part
  std::uint64_t lost() const { return lost_; }  // and not at all

 private:
  static constexpr std::size_t kAlignmentBytes = 4096;
  static constexpr std::size_t kSectorBytes = 512;  // written whole or not at all

  struct Write {
    std::uint64_t sequence = 0;
    std::uint64_t offset = 0;
    std::span<const std::byte> bytes;  // the journal's, or those of `cached`
    std::vector<std::byte> cached;
  };

  void destage(const Write& write);
  void abandon(const Write& write);

  const DeviceTraits traits_;
  core::Random random_;
  std::vector<std::byte> medium_;
  std::vector<std::byte> buffers_;
  std::vector<Write> under_way_;
  std::vector<Write> cache_;
  std::uint64_t torn_ = 0, lost_ = 0;
};

}  // namespace hopscope::torture
