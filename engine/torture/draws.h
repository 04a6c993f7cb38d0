// Which random streams a round draws from, so that what one part of it draws never depends on how often another one did.
#pragma once

#include <cstdint>

#include "engine/core/random.h"

namespace hopscope::torture {

enum class Draws : std::uint64_t { Client, Kind, Round, Layout, Device, Damage };

inline core::Random random_of(std::uint64_t seed, Draws what) {
  return core::Random(seed, core::Stream::Torture, static_cast<std::uint64_t>(what));
}

}  // namespace hopscope::torture
