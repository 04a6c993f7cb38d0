// What is read of a journal whose segments have been filled more than once: all that was needed, nothing that was not written, and no alarm
// about what had been given up.
#include <gtest/gtest.h>

#include "engine/test/journal/ring_image.h"

namespace hopscope::journal {
namespace {

constexpr std::uint64_t kNeeded = 6;  // blocks

// first, first + 1, ... last
void expect_run(const std::vector<std::uint64_t>& records, std::uint64_t first, std::uint64_t last) {
  ASSERT_EQ(records.size(), last + 1 - first);
  for (std::uint64_t i = 0; i < records.size(); ++i) ASSERT_EQ(records[i], first + i);
}

TEST(RingReader, ReadsFromTheFirstSegmentThatWasNeededInEveryLap) {
  RingImage ring;
  for (std::uint64_t last = 1; last <= 150; ++last) {
    ring.write_to(last, kNeeded);
    const RingImage::Content content = ring.read();
    ASSERT_EQ(content.file.error, "");
    ASSERT_EQ(content.file.end, End::Clean) << "block " << last;
    ASSERT_EQ(content.file.first_block, ring.beginning().sequence);
    ASSERT_EQ(content.file.first_record, ring.beginning().first_record);
    ASSERT_EQ(content.file.last_block(), last);
    ASSERT_EQ(content.file.last_record(), ring.blocks.back().last_record());
    ASSERT_EQ(content.file.offset, ring.blocks.back().offset + ring.blocks.back().bytes.size());
    ASSERT_NO_FATAL_FAILURE(expect_run(content.records, content.file.first_record, content.file.last_record()));
  }
}

TEST(RingReader, BeginsWithTheFirstBlockWhereNothingWasReleased) {
  RingImage ring;
  ring.write_to(12, 1'000);
  const RingImage::Content content = ring.read();
  EXPECT_EQ(content.file.end, End::Clean);
  EXPECT_NO_FATAL_FAILURE(expect_run(content.records, 1, ring.blocks.back().last_record()));
}

// Every byte of the ring, in journals that end at every place of a segment.
TEST(RingReader, DamageShowsWhereverItIsAndNeverWhereNothingWasNeeded) {
  for (std::uint64_t last = 24; last < 36; ++last) {
    RingImage ring;
    ring.write_to(last, kNeeded);
    const std::uint64_t first_block = ring.beginning().sequence, last_record = ring.blocks.back().last_record();
    for (std::uint64_t at = kSuperblockBytes + last; at < ring.medium.size(); at += 13) {
      ring.medium[at] ^= std::byte{4};
      const RingImage::Content content = ring.read();
      ring.medium[at] ^= std::byte{4};
      const auto hit = std::find_if(ring.blocks.begin() + static_cast<std::ptrdiff_t>(first_block) - 1, ring.blocks.end(),
                                    [&](const RingImage::Block& block) { return block.holds(at); });
      if (hit == ring.blocks.end()) {
        ASSERT_NE(content.file.end, End::Broken) << "block " << last << ", byte " << at;
        ASSERT_EQ(content.file.last_record(), last_record);
        continue;
      }
      ASSERT_EQ(content.file.end, hit->sequence == last ? End::Torn : End::Broken) << "block " << hit->sequence << " of " << last;
      if (content.records.empty()) continue;  // the first one that was needed is the damaged one
      ASSERT_NO_FATAL_FAILURE(expect_run(content.records, content.file.first_record, hit->first_record - 1));
    }
  }
}

// The power fails while a block is written, over what an earlier lap has left there: some of its sectors are new, the others old.
TEST(RingReader, ABlockThatWasBeingWrittenTakesNothingWithIt) {
  unsigned torn = 0;
  for (std::uint64_t last = 1; last <= 60; ++last) {
    RingImage ring;
    ring.write_to(last, kNeeded);
    const std::uint64_t last_record = ring.blocks.back().last_record();
    const std::vector<std::byte> before = ring.medium;
    const RingImage::Block& block = ring.place(last > kNeeded ? last - kNeeded : 0);
    const auto sectors = static_cast<unsigned>(block.bytes.size() / RingImage::kSectorBytes);
    for (unsigned arrived = 0; arrived + 1 < 1u << sectors; ++arrived) {
      ring.medium = before;
      bool whole = true;  // but for padding
      for (unsigned sector = 0; sector < sectors; ++sector) {
        const std::size_t from = sector * RingImage::kSectorBytes;
        if ((arrived >> sector & 1) != 0)
          std::memcpy(ring.medium.data() + block.offset + from, block.bytes.data() + from, RingImage::kSectorBytes);
        else
          whole = whole && from >= block.used_bytes;
      }
      const RingImage::Content content = ring.read();
      ASSERT_NE(content.file.end, End::Broken) << "block " << last << ", sectors " << arrived;
      ASSERT_EQ(content.file.last_record(), whole ? block.last_record() : last_record);
      ASSERT_NO_FATAL_FAILURE(expect_run(content.records, content.file.first_record, content.file.last_record()));
      ASSERT_LE(content.file.first_block, ring.blocks[last - 1].released + 1);
      torn += content.file.end == End::Torn;
    }
  }
  EXPECT_GE(torn, 20u);
}

TEST(RingReader, BlocksThatWereUnderWayTogetherTakeNothingWithThem) {
  for (std::uint64_t last = 1; last <= 60; ++last) {
    for (unsigned arrived = 0; arrived < 1u << 3; ++arrived) {
      RingImage ring;
      ring.write_to(last, kNeeded);
      std::uint64_t expected = ring.blocks.back().last_record();
      bool gap = false, follows = false;
      for (unsigned i = 0; i < 3; ++i) {
        const RingImage::Block& block = ring.place(last > kNeeded ? last - kNeeded : 0);
        if ((arrived >> i & 1) == 0) {
          gap = true;
          continue;
        }
        ring.lay(block);
        if (gap)
          follows = true;
        else
          expected = block.last_record();
      }
      const RingImage::Content content = ring.read();
      ASSERT_EQ(content.file.end == End::Broken, follows) << "block " << last << ", of the next three " << arrived;
      ASSERT_EQ(content.file.last_record(), expected);
      ASSERT_NO_FATAL_FAILURE(expect_run(content.records, content.file.first_record, expected));
    }
  }
}

TEST(RingReader, AFileThatWasCutOffPassesOnNothingBehindTheCut) {
  for (std::uint64_t last = 24; last < 36; ++last) {
    RingImage ring;
    ring.write_to(last, kNeeded);
    const std::vector<std::byte> whole = ring.medium;
    const std::uint64_t first_block = ring.beginning().sequence;
    for (std::size_t left = kSuperblockBytes; left < whole.size(); left += 256) {
      ring.medium.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(left));
      const RingImage::Content content = ring.read();
      const auto is_whole = [&](const RingImage::Block& block) { return block.offset + block.used_bytes <= left; };
      const auto needed = ring.blocks.begin() + static_cast<std::ptrdiff_t>(first_block) - 1;
      const auto cut = std::find_if_not(needed, ring.blocks.end(), is_whole);
      const bool follows = std::any_of(cut, ring.blocks.end(), is_whole);
      ASSERT_TRUE(content.file.end == End::Broken || !follows) << "block " << last << ", " << left << " bytes are left";
      // What is left may be so old that more was needed then.
      ASSERT_TRUE(content.file.end != End::Broken || follows || content.records.empty());
      // Where the first segment that was needed is gone, older blocks may be passed on, none behind it.
      const std::uint64_t behind = cut == ring.blocks.end() ? ring.blocks.back().last_record() + 1 : cut->first_record;
      if (content.records.empty()) continue;
      ASSERT_LT(content.records.back(), behind);
      if (content.file.first_block != first_block) continue;
      ASSERT_NO_FATAL_FAILURE(expect_run(content.records, content.file.first_record, behind - 1));
    }
  }
}

TEST(RingReader, ABlockInAnothersPlaceIsNotBelieved) {
  RingImage ring;
  ring.write_to(30, kNeeded);
  const std::uint64_t first_block = ring.beginning().sequence;
  const std::vector<std::byte> whole = ring.medium;
  for (std::uint64_t from = first_block; from <= 30; ++from)
    for (std::uint64_t to = first_block; to <= 30; ++to) {
      const RingImage::Block &moved = ring.blocks[from - 1], &lost = ring.blocks[to - 1];
      if (from == to || lost.offset + moved.bytes.size() > ring.medium.size()) continue;
      ring.medium = whole;
      std::memcpy(ring.medium.data() + lost.offset, moved.bytes.data(), moved.bytes.size());
      const RingImage::Content content = ring.read();
      ASSERT_NE(content.file.end, End::Clean) << from << " in the place of " << to;
      for (std::size_t i = 1; i < content.records.size(); ++i) ASSERT_EQ(content.records[i], content.records[0] + i);
      // In front of what was needed a later block may stand for the first one of its segment.
      const bool given_up = lost.sequence <= ring.blocks.back().released;
      ASSERT_TRUE(content.records.empty() || content.records.back() < lost.first_record || given_up) << from << " in the place of " << to;
    }
}

}  // namespace
}  // namespace hopscope::journal
