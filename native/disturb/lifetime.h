// How long the disturbance lasts: until SIGTERM, SIGINT or SIGHUP, the end of stdin, or the death of the process that started it.
#pragma once

#include <cstdint>
#include <string>

namespace hopscope::disturb {

std::uint64_t monotonic_ns();

class Lifetime {
 public:
  Lifetime() = default;
  ~Lifetime();
  Lifetime(const Lifetime&) = delete;
  Lifetime& operator=(const Lifetime&) = delete;

  // Call it before any other thread starts: the signals are blocked in all of them. Returns an empty string or what went wrong.
  std::string begin();

  // Sleeps until CLOCK_MONOTONIC reads `deadline_ns`; false: the end has come (and stays).
  bool wait_until(std::uint64_t deadline_ns);

 private:
  int signals_ = -1;
  bool ended_ = false;
};

}  // namespace hopscope::disturb
