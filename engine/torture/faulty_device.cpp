#include "engine/torture/faulty_device.h"

#include <algorithm>
#include <cstring>
#include <utility>

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
  if (offset % kAlignmentBytes != 0 || bytes.size() % kAlignmentBytes != 0 || offset + bytes.size() > medium_.size())
    return "torture: block " + std::to_string(sequence) + " does not lie within the device in units of its alignment";
  if (under_way_.size() == traits_.depth)
    return "torture: block " + std::to_string(sequence) + " is one more than the device takes at once";
  under_way_.push_back({sequence, offset, bytes, {}});
  return {};
}

bool FaultyDevice::reap(std::uint64_t& sequence, std::string& error) {
  if (!cache_.empty() && random_.below(4 * traits_.latency) == 0)
    destage(take_at(cache_, random_.below(static_cast<std::uint32_t>(cache_.size()))));
  if (under_way_.empty() || random_.below(traits_.latency) != 0) return false;
  Write write = take_at(under_way_, random_.below(static_cast<std::uint32_t>(under_way_.size())));
  sequence = write.sequence;
  error.clear();
  if (traits_.flushes && !traits_.forgets) {
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
  for (const auto* writes : {&cache_, &under_way_})
    for (const Write& write : *writes) destage(write);
  cache_.clear();
  under_way_.clear();
  return {};
}

void FaultyDevice::cut(Cut kind) {
  for (const Write& write : cache_) kind == Cut::Power ? abandon(write) : destage(write);
  for (const Write& write : under_way_) abandon(write);
  cache_.clear();
  under_way_.clear();
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
