#include "native/capsule_lane.h"

#include <cerrno>
#include <cstring>
#include <limits>

#include "native/failure.h"

namespace hopscope::native {
namespace {

constexpr const char* kSite[] = {"capsule"};

}  // namespace

CapsuleLane::CapsuleLane(const LaneOptions& options) : CountingLane(options), object_(options.object_directory, "capsule"), sites_(kSite) {
  object_.set_max_entries("output", options.output_bytes);
  object_.load();
  output_ = object_.consume("output", on_records, this);
}

void CapsuleLane::attach(int pid, const std::string& executable) { sites_.attach(object_, "capsule_hit", pid, executable); }

int CapsuleLane::on_records(void* self, void* records, std::size_t bytes) {
  auto& lane = *static_cast<CapsuleLane*>(self);
  hs_u16 kind;  // of all records of one hit
  std::memcpy(&kind, records, sizeof kind);
  if (kind == HS_KIND_CAPSULE) {
    lane.take_all<hs_capsule>(records, bytes);
  } else if (kind == HS_KIND_JOURNAL) {
    lane.take_all<hs_journal_trace>(records, bytes);
  } else {  // they were something, and they are gone
    const std::uint64_t lost = bytes / sizeof(hs_journal_trace);
    lane.counts_.capsules.drained += lost;
    lane.counts_.capsules.lost += lost;
  }
  return lane.taken_ < lane.bound_ ? 0 : -1;  // the hit that reached the bound is taken; the ring keeps the rest
}

template <class Record>
void CapsuleLane::take_all(const void* records, std::size_t bytes) {
  const auto* record = static_cast<const Record*>(records);
  for (std::size_t left = bytes / sizeof(Record); left > 0; --left, ++record) {
    ++taken_;
    if (record->measuring)
      take(*record);
    else
      ++counts_.warmup;
  }
}

std::uint64_t CapsuleLane::drain(std::uint64_t bound) {
  taken_ = 0;
  bound_ = bound;
  ring_buffer__consume(output_.get());
  return 0;
}

std::uint64_t CapsuleLane::finish() { return drain(std::numeric_limits<std::uint64_t>::max()); }

LaneCounts CapsuleLane::counts() const {
  LaneCounts counts = CountingLane::counts();
  const std::uint32_t zero = 0;
  hs_drain gone{};
  if (bpf_map_lookup_elem(object_.map_fd("counts"), &zero, &gone))
    throw Failure(std::string("lane capsule: the count of lost records cannot be read: ") + std::strerror(errno) + ": start the run again");
  counts.capsules.drained += gone.capsules.lost + gone.unknown;
  counts.capsules.lost += gone.capsules.lost + gone.unknown;
  counts.journal.drained += gone.journal.lost;
  counts.journal.lost += gone.journal.lost;
  counts.warmup += gone.warmup;
  return counts;
}

}  // namespace hopscope::native
