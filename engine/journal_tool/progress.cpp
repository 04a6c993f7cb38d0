#include "engine/journal_tool/progress.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace hopscope::journal_tool {

std::string progress_line(const std::string& name, std::uint64_t bytes, std::uint64_t total_bytes, double seconds) {
  constexpr std::size_t kWidth = 20;
  const double share = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(std::max<std::uint64_t>(total_bytes, 1)));
  const double rate = static_cast<double>(bytes) / std::max(seconds, 1e-9);
  const double left_s = static_cast<double>(total_bytes - std::min(bytes, total_bytes)) / std::max(rate, 1.0);
  const auto done = static_cast<std::size_t>(share * static_cast<double>(kWidth));
  const std::string bar = std::string(done, '=') + (done < kWidth ? ">" + std::string(kWidth - done - 1, ' ') : "");
  std::array<char, 96> figures;
  std::snprintf(figures.data(), figures.size(), "  %2.0f %% [%s] %.*f %s/s, %.0f s left", 100 * share, bar.c_str(), rate < 1e9 ? 0 : 1,
                rate < 1e9 ? rate * 1e-6 : rate * 1e-9, rate < 1e9 ? "MB" : "GB", left_s);
  return name + figures.data();
}

Progress::Progress(std::FILE* terminal, const std::string& path, Clock::time_point now)
    : terminal_(terminal), name_(std::filesystem::path(path).filename()), started_(now), shown_(now) {
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(path, unknown);
  if (unknown) terminal_ = nullptr;
  total_bytes_ = size;
}

Progress::~Progress() {
  if (!visible_) return;
  std::fputs("\r\x1b[K", terminal_);
  std::fflush(terminal_);
}

void Progress::look(std::uint64_t bytes, Clock::time_point now) {
  if (terminal_ == nullptr || now - shown_ < kPeriod) return;
  shown_ = now;
  visible_ = true;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  std::fprintf(terminal_, "\r\x1b[K%s", progress_line(name_, bytes, total_bytes_, seconds).c_str());
  std::fflush(terminal_);
}

std::FILE* progress_terminal(bool printing) {
  const bool mixes = printing && isatty(STDOUT_FILENO) == 1;
  return isatty(STDERR_FILENO) == 1 && !mixes ? stderr : nullptr;
}

}  // namespace hopscope::journal_tool
