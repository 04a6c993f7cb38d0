// The truth about a disturbance: its intervals, appended to a file as they become known, so that a kill loses the last moment only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "native/disturb/interval.h"

namespace hopscope::disturb {

class IntervalFile {
 public:
  IntervalFile() = default;
  ~IntervalFile();
  IntervalFile(const IntervalFile&) = delete;
  IntervalFile& operator=(const IntervalFile&) = delete;

  // Returns an empty string or one line with its remedy; so does flush().
  std::string create(const std::string& path);

  void add(const Interval& interval) { pending_.push_back(interval); }
  std::string flush();

  // Added so far.
  std::uint64_t count() const { return written_ + pending_.size(); }

 private:
  int fd_ = -1;
  std::string path_;
  std::vector<Interval> pending_;
  std::uint64_t written_ = 0;
};

}  // namespace hopscope::disturb
