#include "engine/torture/media_damage.h"

#include <cstring>

#include "engine/journal/block.h"

namespace hopscope::torture {
namespace {

std::uint32_t used_bytes(const std::vector<SubmittedBlock>& blocks) {
  return static_cast<std::uint32_t>(blocks.empty() ? journal::kSuperblockBytes : blocks.back().offset + blocks.back().stored_bytes);
}

// One to eight, each anywhere: in headers, records, padding, the superblock.
void flip_bits(std::vector<std::byte>& image, std::uint32_t used, core::Random& random) {
  for (std::uint32_t flips = 1 + random.below(8); flips > 0; --flips) image[random.below(used)] ^= std::byte{1} << random.below(8);
}

void lay(std::vector<std::byte>& image, const SubmittedBlock& block, std::uint64_t offset) {
  if (offset + block.bytes.size() <= image.size()) std::memcpy(image.data() + offset, block.bytes.data(), block.bytes.size());
}

}  // namespace

Damage damage_medium(std::vector<std::byte>& image, const std::vector<SubmittedBlock>& blocks, core::Random& random) {
  const std::uint32_t used = used_bytes(blocks);
  const auto damage = static_cast<Damage>(random.below(kDamages));
  switch (damage) {
    case Damage::None:
      break;
    case Damage::Truncation:
      image.resize(random.below(used));
      break;
    case Damage::BitFlips:
      flip_bits(image, used, random);
      break;
    case Damage::MisplacedBlock: {
      if (blocks.size() < 2) return Damage::None;
      const auto count = static_cast<std::uint32_t>(blocks.size());
      const std::uint32_t first = random.below(count), second = (first + 1 + random.below(count - 1)) % count;
      lay(image, blocks[first], blocks[second].offset);
      if (random.below(2) == 0) lay(image, blocks[second], blocks[first].offset);  // they have changed places
      break;
    }
  }
  return damage;
}

}  // namespace hopscope::torture
