#include "engine/torture/writing_process.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <new>

#include "engine/journal/journal.h"
#include "engine/torture/venue_run.h"

namespace hopscope::torture {
namespace {

constexpr int kHousekeepingCpu = 0;

void pause_briefly() {
  const timespec pause{0, 20'000};
  nanosleep(&pause, nullptr);
}

}  // namespace

WritingProcess::WritingProcess(const core::Plan& plan, std::uint64_t records) {
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  shared_ = new (memory) Shared();
  const pid_t parent = getpid();
  pid_ = fork();
  fork_failed_ = pid_ < 0;
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() == parent) write(plan, records, *shared_);
  _exit(1);
}

WritingProcess::~WritingProcess() {
  kill();
  if (shared_ != nullptr) munmap(shared_, sizeof(Shared));
}

// In the child.
void WritingProcess::write(const core::Plan& plan, std::uint64_t records, Shared& shared) {
  journal::Journal journal;
  const auto fail = [&](const std::string& error) {
    std::snprintf(shared.error, sizeof shared.error, "%s", error.c_str());
    shared.failed = true;
  };
  const std::string error = journal.open(plan.journal, kVenue, plan.run_id, kHousekeepingCpu);
  if (!error.empty()) return fail(error);
  const auto acknowledge = [&] {
    journal.poll();
    shared.acknowledged = journal.counters().get(HS_COUNTER_JOURNAL_DURABLE_BYTES) / journal::kRecordBytes;
  };
  VenueRun run(plan);
  for (std::uint64_t appended = 0; appended < records && !journal.failed();) {
    for (const journal::Record& record : run.step()) {
      journal.append(record);
      shared.appended = ++appended;
    }
    acknowledge();
  }
  while (!journal.failed()) acknowledge();
  fail(journal.error());
}

void WritingProcess::await(std::uint64_t appended) {
  while (!ended() && shared_->appended < appended) pause_briefly();
}

void WritingProcess::await_end() {
  while (!ended() && shared_->acknowledged < shared_->appended) pause_briefly();
}

bool WritingProcess::ended() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ <= 0;
}

void WritingProcess::kill() {
  if (ended()) return;
  ::kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

std::uint64_t WritingProcess::acknowledged() const { return shared_ == nullptr ? 0 : shared_->acknowledged.load(); }

std::string WritingProcess::error() const {
  if (shared_ == nullptr || fork_failed_) return "torture: no process can be started: free some memory, or raise the limit (ulimit -u)";
  return shared_->failed ? shared_->error : std::string();
}

}  // namespace hopscope::torture
