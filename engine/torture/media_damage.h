// What happens to a medium after the cut: it is shortened, bits flip, blocks stand in each other's places.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/core/random.h"
#include "engine/torture/submitted_block.h"

namespace hopscope::torture {

enum class Damage { None, Truncation, BitFlips, MisplacedBlock };
inline constexpr std::size_t kDamages = 4;

// Does what is drawn to the image of a device that these blocks were written to, at random offsets in what the journal has used. Returns
// what it was; None also where there were no blocks to misplace.
Damage damage_medium(std::vector<std::byte>& image, const std::vector<SubmittedBlock>& blocks, core::Random& random);

}  // namespace hopscope::torture
