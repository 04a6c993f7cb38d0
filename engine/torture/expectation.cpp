#include "engine/torture/expectation.h"

#include <algorithm>
#include <cstring>

namespace hopscope::torture {
namespace {

using journal::BlockHeader;

std::span<const std::byte> part_of(std::span<const std::byte> image, const SubmittedBlock& block) {
  if (block.offset >= image.size()) return {};
  return image.subspan(block.offset, std::min<std::size_t>(image.size() - block.offset, block.bytes.size()));
}

bool equal(std::span<const std::byte> found, std::span<const std::byte> sealed) {
  return found.size() == sealed.size() && std::equal(found.begin(), found.end(), sealed.begin());
}

bool whole(std::span<const std::byte> image, const SubmittedBlock& block) { return equal(part_of(image, block), block.bytes); }

bool shows_damage(std::span<const std::byte> found, std::span<const std::byte> sealed) {
  constexpr std::size_t kRun = offsetof(BlockHeader, run), kBehindRun = kRun + sizeof(BlockHeader::run);
  if (found.size() < sizeof(BlockHeader)) return !found.empty();
  if (equal(found.subspan(kRun, sizeof(BlockHeader::run)), sealed.subspan(kRun, sizeof(BlockHeader::run)))) return true;
  return equal(found.first(kRun), sealed.first(kRun)) && equal(found.subspan(kBehindRun), sealed.subspan(kBehindRun));
}

}  // namespace

Expectation expect(std::span<const std::byte> image, std::span<const std::byte> superblock, const std::vector<SubmittedBlock>& blocks) {
  Expectation expected;
  expected.readable = image.size() >= journal::kSuperblockBytes && !superblock.empty() && equal(image.first(superblock.size()), superblock);
  const auto first_bad = std::find_if(blocks.begin(), blocks.end(), [&](const SubmittedBlock& block) { return !whole(image, block); });
  if (first_bad != blocks.begin()) expected.records = std::prev(first_bad)->last_record;
  if (first_bad == blocks.end()) return expected;
  expected.whole_block_follows = std::any_of(first_bad, blocks.end(), [&](const SubmittedBlock& block) { return whole(image, block); });
  expected.damage_shows = image.size() < first_bad->offset || shows_damage(part_of(image, *first_bad), first_bad->bytes);
  return expected;
}

}  // namespace hopscope::torture
