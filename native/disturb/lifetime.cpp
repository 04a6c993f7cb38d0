#include "native/disturb/lifetime.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hopscope::disturb {

std::uint64_t monotonic_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(t.tv_nsec);
}

Lifetime::~Lifetime() {
  if (signals_ >= 0) close(signals_);
}

std::string Lifetime::begin() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC);
  if (signals_ < 0) return std::string("signalfd failed (") + std::strerror(errno) + ")";
  // SIGTERM, not SIGKILL: a process that was stopped must be continued first. A parent that died before this line has closed our stdin.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  prctl(PR_SET_TIMERSLACK, 1);
  return {};
}

bool Lifetime::wait_until(std::uint64_t deadline_ns) {
  while (!ended_) {
    const std::uint64_t now = monotonic_ns();
    const std::uint64_t left = deadline_ns > now ? deadline_ns - now : 0;
    const timespec timeout{static_cast<time_t>(left / 1'000'000'000u), static_cast<long>(left % 1'000'000'000u)};
    pollfd sources[] = {{signals_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    const int ready = ppoll(sources, 2, &timeout, nullptr);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0 && left == 0) break;
    if (sources[0].revents != 0) ended_ = true;
    char text[64];
    if (sources[1].revents != 0 && read(STDIN_FILENO, text, sizeof text) <= 0) ended_ = true;
  }
  return !ended_;
}

}  // namespace hopscope::disturb
