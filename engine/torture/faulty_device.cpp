#include "engine/torture/faulty_device.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/journal/block.h"

namespace hopscope::torture {
namespace {

template <class Element>
Element take_at(std::vector<Element>& from, std::size_t at) {
  Element taken = std::move(from[at]);
  from.erase(from.begin() + static_cast<std::ptrdiff_t>(at));
  return taken;
}

}  // namespace

std::span<std::byte> FaultyDevice::take_buffers(std::size_t bytes) {
  buffers_.resize(bytes);
  return buffers_;
}

std::string FaultyDevice::submit(std::uint64_t sequence, std::uint64_t offset, std::span<const std::byte> bytes) {
  const std::string block = "torture: block " + std::to_string(sequence);
  if (off_) return block + " comes to a device that is switched off";
  if (offset % kAlignmentBytes != 0 || bytes.size() % kAlignmentBytes != 0 || offset + bytes.size() > medium_.size())
    return block + " does not lie within the device in units of its alignment";
  if (under_way_.size() == traits_.depth) return block + " is one more than the device takes at once";
  fault_met_ |= traits_.fault != Fault::None && sequence >= traits_.faulty_write;
  if (has(Fault::Refuses, sequence)) return block + " is refused: that is what this device is for";
  keep(sequence, offset, bytes);
  under_way_.push_back({sequence, offset, bytes, {}});
  return {};
}

bool FaultyDevice::reap(std::uint64_t& sequence, std::string& error) {
  error.clear();
  if (off_) error = "torture: the device is switched off";
  if (off_) return true;
  if (!cache_.empty() && random_.below(4 * traits_.latency) == 0)
    destage(take_at(cache_, random_.below(static_cast<std::uint32_t>(cache_.size()))));
  if (under_way_.empty() || random_.below(traits_.latency) != 0) return false;
  const std::size_t at = random_.below(static_cast<std::uint32_t>(under_way_.size()));
  if (has(Fault::Hangs, under_way_[at].sequence)) return false;
  Write write = take_at(under_way_, at);
  sequence = write.sequence;
  if (has(Fault::Fails, sequence)) {
    abandon(write);
    error = "torture: block " + std::to_string(sequence) + " was not written: that is what this device is for";
  } else if (traits_.flushes && !traits_.forgets) {
    destage(write);
  } else {
    write.cached.assign(write.bytes.begin(), write.bytes.end());
    write.bytes = write.cached;
    cache_.push_back(std::move(write));
  }
  return true;
}

const char* FaultyDevice::durable_kind() const {
  return traits_.flushes ? "fault-injecting device: flushed to the medium" : "fault-injecting device: in a volatile write cache";
}

std::string FaultyDevice::close() {
  if (off_) return {};
  for (const Write& write : cache_) destage(write);
  cache_.clear();
  const auto hung =
      std::partition(under_way_.begin(), under_way_.end(), [&](const Write& write) { return !has(Fault::Hangs, write.sequence); });
  std::for_each(under_way_.begin(), hung, [&](const Write& write) { destage(write); });
  under_way_.erase(under_way_.begin(), hung);
  return under_way_.empty() ? "" : "torture: the device does not come to an end";
}

void FaultyDevice::cut(Cut kind) {
  for (const Write& write : cache_) kind == Cut::Power ? abandon(write) : destage(write);
  for (const Write& write : under_way_) abandon(write);
  cache_.clear();
  under_way_.clear();
  off_ = true;
}

void FaultyDevice::keep(std::uint64_t sequence, std::uint64_t offset, std::span<const std::byte> bytes) {
  if (sequence == 0) {
    superblock_.assign(bytes.begin(), bytes.begin() + sizeof(journal::Superblock));
    return;
  }
  journal::BlockHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  const std::uint64_t used_bytes = journal::kHeaderBytes + std::uint64_t{header.record_count} * journal::kRecordBytes;
  const auto used = bytes.first(std::min<std::uint64_t>(used_bytes, bytes.size()));
  blocks_.push_back(
      {offset, header.first_record + header.record_count - 1, static_cast<std::uint32_t>(bytes.size()), {used.begin(), used.end()}});
}

void FaultyDevice::destage(const Write& write) { std::memcpy(medium_.data() + write.offset, write.bytes.data(), write.bytes.size()); }

// All of it, nothing, the first sectors, or any.
void FaultyDevice::abandon(const Write& write) {
  const std::size_t sectors = write.bytes.size() / kSectorBytes;
  const std::uint32_t fate = random_.below(4);
  const std::size_t first = fate == 0 ? sectors : fate == 1 ? 0 : random_.below(static_cast<std::uint32_t>(sectors));
  std::size_t written = 0;
  for (std::size_t sector = 0; sector < sectors; ++sector) {
    const bool reached = fate == 3 ? random_.below(2) == 0 : sector < first;
    if (!reached) continue;
    ++written;
    std::memcpy(medium_.data() + write.offset + sector * kSectorBytes, write.bytes.data() + sector * kSectorBytes, kSectorBytes);
  }
  lost_ += written == 0;
  torn_ += written != 0 && written != sectors;
}

}  // namespace hopscope::torture
