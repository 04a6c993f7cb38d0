// How a symbol's volume was spread over a span whose length is not known before: bins that widen as time goes on.
//
// Bins begin kFirstBinNs wide; when time runs beyond the last one, neighbours are put together and all are twice as wide. Integers only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hopscope::oms {

class VolumeProfile {
 public:
  static constexpr std::size_t kBins = 256;
  static constexpr std::uint64_t kFirstBinNs = 1'024;

  // What the symbol's volume of the day is at `market_ns`; the first call begins the span.
  void take(std::uint64_t market_ns, std::uint64_t shares_so_far) {
    if (!begun_) {
      begun_ = true;
      begin_ns_ = market_ns;
      last_shares_ = shares_so_far;
    }
    const std::uint64_t at_ns = market_ns < begin_ns_ ? 0 : market_ns - begin_ns_;
    while (at_ns / bin_ns_ >= kBins) widen();
    if (at_ns / bin_ns_ >= used_) used_ = static_cast<std::size_t>(at_ns / bin_ns_) + 1;
    bins_[at_ns / bin_ns_] += shares_so_far - last_shares_;
    last_shares_ = shares_so_far;
  }

  // Shares of each bin of the span so far; without the last one, which the span's end cuts off somewhere.
  std::span<const std::uint64_t> bins() const { return std::span(bins_).first(used_ == 0 ? 0 : used_ - 1); }

 private:
  void widen() {
    for (std::size_t i = 0; i < kBins / 2; ++i) bins_[i] = bins_[2 * i] + bins_[2 * i + 1];
    for (std::size_t i = kBins / 2; i < kBins; ++i) bins_[i] = 0;
    used_ = (used_ + 1) / 2;
    bin_ns_ *= 2;
  }

  bool begun_ = false;
  std::uint64_t begin_ns_ = 0, last_shares_ = 0;
  std::uint64_t bin_ns_ = kFirstBinNs;
  std::size_t used_ = 0;
  std::array<std::uint64_t, kBins> bins_{};
};

}  // namespace hopscope::oms
