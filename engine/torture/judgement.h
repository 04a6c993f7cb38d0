// What the reader returns of an image, judged by what the device was given and by an uninterrupted run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/plan.h"
#include "engine/torture/submitted_block.h"
#include "engine/torture/tally.h"

namespace hopscope::torture {

struct WrittenJournal {
  const core::Plan& plan;
  std::span<const std::byte> superblock;
  const std::vector<SubmittedBlock>& blocks;
  std::uint64_t acknowledged = 0;  // record
  bool promised = false;           // what was acknowledged had to survive
  bool closed_well = false;
};

bool superblock_stands(std::span<const std::byte> image, const WrittenJournal& written);

// Empty, or what is wrong.
std::string judge(const WrittenJournal& written, std::span<const std::byte> image, Damage damage, Tally& tally);

}  // namespace hopscope::torture
