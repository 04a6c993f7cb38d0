// How far a long pass over a journal has come: one line on a terminal, written over and over, and gone when the pass is. Short passes show
// none.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace hopscope::journal_tool {

// "journal-0.hsj  43 % [========>           ] 1.2 GB/s, 4 s left"
std::string progress_line(const std::string& name, std::uint64_t bytes, std::uint64_t total_bytes, double seconds);

class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  // `terminal`: null where nobody looks. The file's length is the whole; where it cannot be had (a device), nothing is shown.
  Progress(std::FILE* terminal, const std::string& path, Clock::time_point now = Clock::now());
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  // Called for every record: looks at the clock now and then only. bytes: read so far.
  void at(std::uint64_t bytes) {
    if (terminal_ != nullptr && ++calls_ % kCallsPerLook == 0) [[unlikely]]
      look(bytes, Clock::now());
  }
  void look(std::uint64_t bytes, Clock::time_point now);

 private:
  static constexpr std::uint32_t kCallsPerLook = 1u << 14;
  static constexpr std::chrono::milliseconds kPeriod{250};

  std::FILE* terminal_;
  std::string name_;
  std::uint64_t total_bytes_ = 0;
  Clock::time_point started_, shown_;
  std::uint32_t calls_ = 0;
  bool visible_ = false;
};

// stderr where it is a terminal, else null. `printing`: a line a record goes to stdout meanwhile; on the same terminal both would mix.
std::FILE* progress_terminal(bool printing);

}  // namespace hopscope::journal_tool
