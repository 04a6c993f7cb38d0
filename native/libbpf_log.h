// Catches what libbpf and the verifier say while it is alive, on this thread.
#pragma once

#include <string>

namespace hopscope::native {

class LibbpfLog {
 public:
  LibbpfLog();
  ~LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;

  // The last line that says something: the verifier's verdict rather than the statistics and banners around it. May be empty.
  std::string last_meaningful_line() const;

  std::string text;
};

// The rule behind it, for any log.
std::string last_meaningful_line(const std::string& log);

}  // namespace hopscope::native
