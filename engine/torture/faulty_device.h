// A device with a volatile write cache, as bad as its promises allow: writes finish in any order, those that were not flushed reach the
// medium in any order or not at all, and what is on its way when everything stops is there in part, sector by sector. One write may fail,
// be refused, or never be done.
//
// Every choice is drawn from the seed. Time is the number of calls of reap().
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/random.h"
#include "engine/journal/device.h"
#include "engine/torture/submitted_block.h"

namespace hopscope::torture {

enum class Fault {
  None,
  Fails,    // a write is done in part, and reported as failed
  Refuses,  // a write is not taken
  Hangs     // a write, and all behind it, are never done
};
inline constexpr std::size_t kFaults = 4;

struct DeviceTraits {
  unsigned depth = 1;
  // Calls of reap() until one of the writes under way is done, in the mean; a cached one stays for four times that.
  std::uint32_t latency = 2;
  bool flushes = true;   // a write that is done is on the medium, as with FUA; else in the cache
  bool forgets = false;  // breaks that promise
  Fault fault = Fault::None;
  std::uint64_t faulty_write = 0;  // which has it: the number of its block, 0 the superblock
};

enum class Cut {
  Power,  // what the cache holds may be lost
  Kill    // the process dies, the device lives on: only writes that are not done are in danger
};

// It keeps a copy of everything that it was given to write: what a medium must hold to be called whole.
class FaultyDevice final : public journal::BlockDevice {
 public:
  // The medium outlives it, and is as long as it stays.
  FaultyDevice(const DeviceTraits& traits, const core::Random& random, std::vector<std::byte>& medium)
      : traits_(traits), random_(random), medium_(medium) {}

  std::span<std::byte> take_buffers(std::size_t bytes) override;
  std::size_t alignment_bytes() const override { return kAlignmentBytes; }
  std::uint64_t size_bytes() const override { return medium_.size(); }
  unsigned depth() const override { return traits_.depth; }
  std::string submit(std::uint64_t sequence, std::uint64_t offset, std::span<const std::byte> bytes) override;
  bool reap(std::uint64_t& sequence, std::string& error) override;
  // A round shall not take seconds.
  std::chrono::milliseconds patience() const override { return traits_.fault == Fault::Hangs ? kHangs : BlockDevice::patience(); }
  std::string name() const override { return "the faulty device"; }
  const char* durable_kind() const override;
  // All that is under way or cached reaches the medium, as when a run ends well; but for a write that hangs.
  std::string close() override;

  // Everything stops now: what was not done is there in part or not at all, and no write is taken or done any more.
  void cut(Cut kind);

  // Written to offset 0 and numbered 0; empty: never.
  std::span<const std::byte> superblock() const { return superblock_; }
  // In the order in which they were submitted.
  const std::vector<SubmittedBlock>& blocks() const { return blocks_; }
  std::uint64_t torn() const { return torn_; }   // writes that were left there in part
  std::uint64_t lost() const { return lost_; }   // and not at all
  bool fault_met() const { return fault_met_; }  // a write came that the fault is for

 private:
  static constexpr std::size_t kAlignmentBytes = 4096;
  static constexpr std::size_t kSectorBytes = 512;  // written whole or not at all
  static constexpr std::chrono::milliseconds kHangs{20};

  struct Write {
    std::uint64_t sequence = 0;
    std::uint64_t offset = 0;
    std::span<const std::byte> bytes;  // the journal's, or those of `cached`
    std::vector<std::byte> cached;
  };

  bool has(Fault fault, std::uint64_t sequence) const { return traits_.fault == fault && sequence >= traits_.faulty_write; }
  void keep(std::uint64_t sequence, std::uint64_t offset, std::span<const std::byte> bytes);
  void destage(const Write& write);
  void abandon(const Write& write);

  const DeviceTraits traits_;
  core::Random random_;
  std::vector<std::byte>& medium_;
  std::vector<std::byte> buffers_;
  std::vector<Write> under_way_;
  std::vector<Write> cache_;
  std::vector<std::byte> superblock_;
  std::vector<SubmittedBlock> blocks_;
  std::uint64_t torn_ = 0, lost_ = 0;
  bool fault_met_ = false;
  bool off_ = false;
};

}  // namespace hopscope::torture
