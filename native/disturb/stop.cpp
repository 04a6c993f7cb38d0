#include "native/disturb/stop.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "engine/core/clock.h"

namespace hopscope::disturb {
namespace {

// A process, held by a descriptor: a later one that inherits its number is never signalled.
class Process {
 public:
  explicit Process(pid_t pid) : pid_(pid), fd_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {}
  ~Process() {
    if (fd_ >= 0) close(fd_);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  bool found() const { return fd_ >= 0; }

  // False: it has ended, or may not be signalled; errno says which.
  bool signal(int number) const { return syscall(SYS_pidfd_send_signal, fd_, number, nullptr, 0) == 0; }

  // Whether one of its threads runs, or could. proc_pid_stat(5): the state follows the name, which may hold anything.
  bool is_running() const {
    const std::string folder = "/proc/" + std::to_string(pid_) + "/task";
    const std::unique_ptr<DIR, int (*)(DIR*)> tasks(opendir(folder.c_str()), closedir);
    if (!tasks) return false;
    for (const dirent* task; (task = readdir(tasks.get())) != nullptr;) {
      if (task->d_name[0] == '.') continue;
      const int file = open((folder + "/" + task->d_name + "/stat").c_str(), O_RDONLY | O_CLOEXEC);
      if (file < 0) continue;
      char text[128] = {};
      const ssize_t length = read(file, text, sizeof text - 1);
      close(file);
      const char* name_end = length > 0 ? std::strrchr(text, ')') : nullptr;
      if (name_end != nullptr && std::strncmp(name_end, ") R", 3) == 0) return true;
    }
    return false;
  }

 private:
  pid_t pid_;
  int fd_;
};

// The reading at which no thread of it ran any more; 0: one still did at the deadline. It sleeps between two looks: where it shares the
// process's CPU, that one has to run to take its signal.
core::Ticks wait_until_still(const Process& process, std::uint64_t deadline_ns) {
  constexpr timespec kPause{0, 2'000};
  while (monotonic_ns() < deadline_ns) {
    if (!process.is_running()) return core::now_ticks();
    clock_nanosleep(CLOCK_MONOTONIC, 0, &kPause, nullptr);
  }
  return 0;
}

}  // namespace

std::string run_stop(const Arguments& arguments, Lifetime& lifetime, IntervalFile& file, Outcome& outcome) {
  const Process process(arguments.pid);
  if (!process.found()) return "stop: there is no process " + std::to_string(arguments.pid) + " (" + std::strerror(errno) + ")";
  if (!process.signal(0))
    return "stop: process " + std::to_string(arguments.pid) + " may not be stopped (" + std::strerror(errno) + "): run as root";
  pthread_setname_np(pthread_self(), kStopName);
  // Ahead of the collector on the housekeeping CPU, where that is allowed: what this thread sees late is missing from the truth.
  sched_param parameter{};
  parameter.sched_priority = 1;
  sched_setscheduler(0, SCHED_FIFO, &parameter);
  say_ready();
  std::string error;
  for (std::uint64_t due = monotonic_ns() + arguments.every_ns; error.empty() && lifetime.wait_until(due); due += arguments.every_ns) {
    const std::uint64_t stop_ns = monotonic_ns();
    if (!process.signal(SIGSTOP)) break;  // it has ended
    const core::Ticks from = wait_until_still(process, stop_ns + arguments.for_ns);
    lifetime.wait_until(stop_ns + arguments.for_ns);
    const core::Ticks to = core::now_ticks();
    process.signal(SIGCONT);
    if (from == 0)
      ++outcome.unseen;
    else
      file.add({from, to});
    error = file.flush();
  }
  return error;
}

}  // namespace hopscope::disturb
