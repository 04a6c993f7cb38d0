#include "native/libbpf_log.h"

#include <bpf/libbpf.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <sstream>
#include <string_view>

namespace hopscope::native {
namespace {

thread_local LibbpfLog* catcher = nullptr;

int collect(libbpf_print_level level, const char* format, va_list arguments) {
  if (!catcher || level == LIBBPF_DEBUG) return 0;
  std::array<char, 4096> line;
  const int length = std::vsnprintf(line.data(), line.size(), format, arguments);
  if (length > 0) catcher->text.append(line.data(), std::min(static_cast<std::size_t>(length), line.size() - 1));
  return 0;
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t from = line.find_first_not_of(kBlank);
  if (from == std::string_view::npos) return {};
  return line.substr(from, line.find_last_not_of(kBlank) - from + 1);
}

// Frames and consequences around the one line that says why; the last two are guesses of libbpf's that no longer hold (since Linux 5.11
// BPF's memory is not charged to RLIMIT_MEMLOCK).
bool is_noise(std::string_view line) {
  for (const std::string_view noise :
       {"-- BEGIN PROG LOAD LOG --", "-- END PROG LOAD LOG --", "processed ", "verification time", "stack depth",
        "permission error while running as root", "bpf_object__probe_loading", "failed to prepare load attributes"})
    if (line.find(noise) != std::string_view::npos) return true;
  return line.find("failed to load") != std::string_view::npos;
}

}  // namespace

LibbpfLog::LibbpfLog() {
  static const bool installed = (libbpf_set_print(collect), true);
  static_cast<void>(installed);
  catcher = this;
}

LibbpfLog::~LibbpfLog() { catcher = nullptr; }

std::string LibbpfLog::last_meaningful_line() const { return native::last_meaningful_line(text); }

std::string last_meaningful_line(const std::string& log) {
  std::istringstream lines(log);
  std::string line, meaningful;
  while (std::getline(lines, line)) {
    std::string_view words = trimmed(line);
    if (words.starts_with("libbpf: ")) words.remove_prefix(8);
    if (!words.empty() && !is_noise(words)) meaningful = words;
  }
  return meaningful;
}

}  // namespace hopscope::native
