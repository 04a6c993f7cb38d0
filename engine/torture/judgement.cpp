#include "engine/torture/judgement.h"

#include "engine/torture/expectation.h"
#include "engine/torture/image_file.h"
#include "engine/torture/recovery.h"

namespace hopscope::torture {
namespace {

std::string judge_undamaged(const WrittenJournal& written, const journal::FileContent& content, const Expectation& expected, Tally& tally) {
  if (!expected.whole_block_follows && content.end == journal::End::Broken) return "called broken, and no whole block follows";
  if (written.closed_well && content.end != journal::End::Clean) return "the journal was closed, and its end is not called clean";
  if (!written.promised) return {};
  tally.acknowledged += written.acknowledged;
  tally.recovered += content.records;
  if (content.records >= written.acknowledged) return {};
  return std::to_string(written.acknowledged) + " records were acknowledged as durable, " + std::to_string(content.records) + " are there";
}

std::string judge_damaged(const WrittenJournal& written, const journal::FileContent& content, const Expectation& expected, Tally& tally) {
  if (!written.promised || content.records >= written.acknowledged) return {};
  if (content.end != journal::End::Clean) {
    ++tally.reported;
    return {};
  }
  if (expected.damage_shows) return "acknowledged records were damaged, and the end was called clean";
  ++tally.not_to_be_seen;
  return {};
}

}  // namespace

bool superblock_stands(std::span<const std::byte> image, const WrittenJournal& written) {
  return expect(image, written.superblock, written.blocks).readable;
}

std::string judge(const WrittenJournal& written, std::span<const std::byte> image, Damage damage, Tally& tally) {
  const Expectation expected = expect(image, written.superblock, written.blocks);
  const ImageFile file(image);
  if (file.path().empty()) return "no memory for an image: free some memory";
  Recovery recovery(written.plan);
  recovery.run(file.path());
  const journal::FileContent& content = recovery.content();
  if (expected.readable != content.error.empty())
    return content.error.empty() ? "a damaged superblock was believed" : "a whole superblock was refused: " + content.error;
  if (std::string wrong = compare_with_uninterrupted(written.plan, file.path(), recovery); !wrong.empty()) return wrong;
  if (!expected.readable) {
    if (damage == Damage::None && written.promised && written.acknowledged != 0) return "the superblock is lost";
    tally.reported += written.promised && written.acknowledged != 0;
    return {};
  }
  tally.left_out += recovery.settled() != content.records;
  if (content.records != expected.records)
    return std::to_string(content.records) + " records were returned, the blocks that are whole hold " + std::to_string(expected.records);
  if (expected.whole_block_follows && content.end != journal::End::Broken) return "a whole block behind the end was not seen";
  return damage == Damage::None ? judge_undamaged(written, content, expected, tally) : judge_damaged(written, content, expected, tally);
}

}  // namespace hopscope::torture
