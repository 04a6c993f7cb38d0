// `hopscope-torture journal`: rounds of both kinds, one after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/torture/tally.h"

namespace hopscope::torture {

// Round n has the seed first_seed + n, which settles its kind too: one in kRoundsToAKill is a kill -9.
inline constexpr std::uint32_t kRoundsToAKill = 8;

// on_failure(seed, what is wrong).
Tally torture_journal(std::uint64_t rounds, std::uint64_t first_seed, const std::string& directory,
                      const std::function<void(std::uint64_t, const std::string&)>& on_failure);

// For people, several lines.
std::string describe(const Tally& tally);

}  // namespace hopscope::torture
