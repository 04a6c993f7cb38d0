#include "engine/recovery/shadow.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "engine/core/lcore.h"
#include "engine/recovery/snapshot_file.h"

namespace hopscope::recovery {
namespace {

constexpr long kNapNs = 5'000'000;
// A tenth of the others' share where all want the CPU. Not SCHED_IDLE: whoever waits for it, because it holds a lock of the file system,
// would wait for all of them.
constexpr int kNice = 10;

std::string journal_path(const core::JournalPlan& journal, unsigned venue) {
  const bool is_file = journal.paths.empty() || venue == journal::kOmsJournal;
  return is_file ? journal.directory + "/journal-" + snapshot_owner(venue) + ".hsj" : journal.paths[venue];
}

}  // namespace

Shadow::Shadow(const core::Plan& plan, unsigned venue, const journal::BlockProgress& progress, std::function<void(std::uint64_t)> release)
    : plan_(plan),
      venue_(venue),
      progress_(progress),
      release_(std::move(release)),
      shadowed_(make_shadowed(plan, venue)),
      due_(plan.journal.snapshot_every) {
  outcome_.venue = venue;
}

std::string Shadow::start() {
  if (std::string error = shadowed_->open(); !error.empty()) return error;
  if (std::string error = reader_.open(journal_path(plan_.journal, venue_)); !error.empty()) return error;
  // Of an older journal in the same folder, which this one has taken the place of.
  for (const SnapshotName& left : snapshots_in(plan_.journal.directory, venue_)) unlink(left.path.c_str());
  std::promise<std::string> ready;
  std::future<std::string> outcome = ready.get_future();
  thread_ = std::thread([this, ready = std::move(ready)]() mutable {
    std::string error = settle();
    const bool usable = error.empty();
    ready.set_value(std::move(error));
    if (usable) run();
  });
  return outcome.get();
}

void Shadow::stop() {
  stopping_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

// A thread starts as its creator is: that one may be a SCHED_FIFO lcore thread, and signals are its business or the main thread's.
std::string Shadow::settle() const {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  const sched_param ordinary{};
  pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary);
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
  return core::bind_thread(plan_.housekeeping_cpu, core::Scheduler::Other, ("shadow-" + snapshot_owner(venue_)).c_str());
}

void Shadow::run() {
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (follow()) continue;
    if (!outcome_.error.empty()) return;
    const timespec nap{0, kNapNs};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, nullptr);
  }
}

std::string Shadow::owner() const { return venue_ == journal::kOmsJournal ? "the OMS" : "venue " + std::to_string(venue_); }

// True: there was something new.
bool Shadow::follow() {
  const std::uint64_t durable = progress_.durable();
  bool any = false;
  for (journal::Record record; !stopping_.load(std::memory_order_relaxed) && reader_.next(record, durable); any = true) {
    if (!shadowed_->take(record)) {
      outcome_.error = "journal: no more snapshots of " + owner() + " behind record " + std::to_string(outcome_.replayed) +
                       ", its shadow came to something else: " + shadowed_->difference();
      return false;
    }
    outcome_.replayed = record.sequence;
    if (record.sequence >= due_ && shadowed_->at_rest()) take_snapshot();
    if (!outcome_.error.empty()) return false;
  }
  outcome_.error = reader_.error();
  return any;
}

void Shadow::take_snapshot() {
  const auto start = std::chrono::steady_clock::now();
  SnapshotHeader at;
  at.venue = venue_;
  at.run = reader_.run();
  at.record = outcome_.replayed;
  at.block = reader_.passed_block();
  outcome_.error = shadowed_->write(writer_, plan_.journal.directory, at);
  if (!outcome_.error.empty()) return;
  const auto took = std::chrono::steady_clock::now() - start;
  outcome_.longest_ns = std::max(outcome_.longest_ns, static_cast<std::uint64_t>(std::chrono::nanoseconds(took).count()));
  // What is now the older one of two is all that its own journal has to go back to.
  if (before_record_ != 0) unlink(snapshot_path(plan_.journal.directory, venue_, before_record_).c_str());
  if (outcome_.snapshots != 0 && release_) release_(newest_block_);
  before_record_ = outcome_.last_record;
  newest_block_ = at.block;
  outcome_.last_record = at.record;
  ++outcome_.snapshots;
  due_ = at.record + plan_.journal.snapshot_every;
}

}  // namespace hopscope::recovery
