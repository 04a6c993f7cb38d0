#include "native/stalls.h"

#include <cerrno>
#include <cstring>

#include "engine/core/clock.h"
#include "native/failure.h"
#include "native/stall_names.h"
#include "native/stall_rows.h"

namespace hopscope::native {

Stalls::Stalls(const StallOptions& options) : programs_(options), stalls_(options.run_id), gaps_(options.run_id) {
  if (programs_.object()) output_ = programs_.object()->consume("output", on_stall, this);
}

const std::vector<std::string>& Stalls::attach(int pid, const std::vector<std::uint32_t>& tids) {
  programs_.attach(pid, tids);
  return programs_.missing();
}

void Stalls::set_clock(const WallClock& clock) {
  clock_ = clock;
  tie_.emplace(clock.ns_per_tick());
  tie_->take_pair();
}

int Stalls::on_stall(void* self, void* record, std::size_t) {
  static_cast<Stalls*>(self)->taken_.push_back(*static_cast<const hs_stall*>(record));
  return 0;
}

// Takes a pair, and lets a BPF program read its clock just before it: is that the clock of the pair?
void Stalls::tie_clocks() {
  if (!programs_.object()) return tie_->take_pair();
  std::uint64_t ktime_ns = 0;
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.ctx_in = &ktime_ns;  // a syscall program's context is written back to where it came from
  options.ctx_size_in = sizeof ktime_ns;
  const core::Ticks before = core::now_ticks();
  const int error = bpf_prog_test_run_opts(programs_.object()->program_fd("read_clock"), &options);
  const core::Ticks after = core::now_ticks();
  tie_->take_pair();
  if (error) throw Failure(std::string("stalls: BPF's clock cannot be read: ") + std::strerror(-error) + ": see `hopscope doctor`");
  tie_->check(before, ktime_ns, after);
}

void Stalls::drain(const hs_page& page) {
  if (!tie_) throw Failure("stalls: setClock() must be called before the first drain: rows carry wall time");
  taken_.clear();
  if (output_) ring_buffer__consume(output_.get());
  tie_clocks();  // after the events, so that each lies between two pairs
  for (const hs_stall& stall : taken_) append(stall);
  gap_reader_.read(page, clock_, gaps_);
}

void Stalls::append(const hs_stall& stall) {
  const StallRowStart start{
      .ts = clock_.realtime_ns(tie_->ticks(stall.start_ns)),
      .duration_ns = stall.end_ns - stall.start_ns,
      .cause = stall.cause,
      .thread = stall.thread,
      .cpu = stall.cpu,
      .detail = stall.detail,
      .pid = stall.pid,
  };
  stalls_.append(start, stall_who(stall), stall.flags);
  ++recorded_;
}

StallCounts Stalls::counts() const {
  StallCounts counts{.recorded = recorded_, .lost = 0, .gaps = gap_reader_.taken(), .gaps_lost = gap_reader_.lost()};
  const std::uint32_t zero = 0;
  if (programs_.object() && bpf_map_lookup_elem(programs_.object()->map_fd("lost"), &zero, &counts.lost))
    throw Failure(std::string("stalls: the count of lost events cannot be read: ") + std::strerror(errno) + ": start the run again");
  return counts;
}

std::array<hs_stall_total, HS_STALL_CAUSE_COUNT> Stalls::totals() const {
  std::array<hs_stall_total, HS_STALL_CAUSE_COUNT> totals{};
  for (std::uint32_t cause = 0; programs_.object() && cause < totals.size(); ++cause)
    if (bpf_map_lookup_elem(programs_.object()->map_fd("totals"), &cause, &totals[cause]))
      throw Failure(std::string("stalls: the totals cannot be read: ") + std::strerror(errno) + ": start the run again");
  return totals;
}

}  // namespace hopscope::native
