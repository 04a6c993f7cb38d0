// Participation: own shares as a share of all shares traded, the own ones included (Kissell, The Science of Algorithmic Trading and
// Portfolio Management, 2013, chapter 1: POV = own / (own + others')). The feed does not show own fills, so its volume is the others'.
#pragma once

#include <cstdint>

namespace hopscope::oms {

inline constexpr std::uint64_t kWholePpm = 1'000'000;

// Most own shares beside `market_shares` of others, with own / (own + others) <= share_ppm. share_ppm: below kWholePpm.
constexpr std::uint64_t own_shares_at(std::uint64_t market_shares, std::uint32_t share_ppm) {
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(market_shares) * share_ppm / (kWholePpm - share_ppm));
}

// What a share of a whole is, rounded down.
constexpr std::uint64_t share_of(std::uint64_t whole, std::uint32_t share_ppm) {
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(whole) * share_ppm / kWholePpm);
}

}  // namespace hopscope::oms
