#include "engine/journal/block.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/journal/claim.h"
#include "engine/journal/crc32c.h"
#include "engine/test/journal/journal_fixture.h"

namespace hopscope::journal {
namespace {

constexpr std::uint64_t kRun = 0x1234;

std::vector<std::byte> sealed_block(std::uint32_t records, std::uint64_t run = kRun) {
  std::vector<std::byte> bytes(4096, std::byte{0xaa});
  for (std::uint32_t i = 0; i < records; ++i) {
    const Record record = sample_record(i + 1);
    std::memcpy(bytes.data() + kHeaderBytes + i * kRecordBytes, &record, sizeof record);
  }
  const JournalIdentity identity{run, 3, kFileAlignmentBytes};
  EXPECT_EQ(seal({bytes.data(), 9, 100, records}, identity), 4096u);
  return bytes;
}

TEST(Block, ReadsBackWhatWasSealed) {
  BlockHeader header;
  ASSERT_EQ(check_block(sealed_block(5), kRun, header), BlockState::Good);
  EXPECT_EQ(header.sequence, 9u);
  EXPECT_EQ(header.first_record, 100u);
  EXPECT_EQ(header.record_count, 5u);
  EXPECT_EQ(header.payload_bytes, 5 * kRecordBytes);
  EXPECT_EQ(header.venue, 3u);
}

TEST(Block, NoFlippedBitPasses) {
  auto bytes = sealed_block(2);
  BlockHeader header;
  for (std::size_t bit = 0; bit < 8 * (kHeaderBytes + 2 * kRecordBytes); ++bit) {
    const auto mask = static_cast<std::byte>(1u << bit % 8);
    bytes[bit / 8] ^= mask;
    ASSERT_EQ(check_block(bytes, kRun, header), BlockState::Torn) << "bit " << bit;
    bytes[bit / 8] ^= mask;
  }
  EXPECT_EQ(check_block(bytes, kRun, header), BlockState::Good);
}

TEST(Block, PaddingIsNotPartOfIt) {
  auto bytes = sealed_block(2);
  bytes[kHeaderBytes + 2 * kRecordBytes] ^= std::byte{1};
  BlockHeader header;
  EXPECT_EQ(check_block(bytes, kRun, header), BlockState::Good);
}

TEST(Block, AnotherRunsBlockIsAbsentWholeOrTornAndACutOneIsTorn) {
  BlockHeader header;
  EXPECT_EQ(check_block(sealed_block(2, kRun + 1), kRun, header), BlockState::Absent);
  auto torn = sealed_block(2, kRun + 1);
  torn[kHeaderBytes] ^= std::byte{1};
  EXPECT_EQ(check_block(torn, kRun, header), BlockState::Absent);
  EXPECT_EQ(check_block(std::vector<std::byte>(4096), kRun, header), BlockState::Absent);
  const auto bytes = sealed_block(5);
  EXPECT_EQ(check_block(std::span(bytes).first(kHeaderBytes + kRecordBytes), kRun, header), BlockState::Torn);
  EXPECT_EQ(check_block(std::span(bytes).first(kHeaderBytes - 1), kRun, header), BlockState::Torn);
  EXPECT_EQ(check_block(std::span(bytes).first(0), kRun, header), BlockState::Absent);
}

TEST(Block, RunKeysDifferByRunVenueAndMoment) {
  const std::uint64_t key = run_key("run-1", 0, 5);
  EXPECT_EQ(key, run_key("run-1", 0, 5));
  EXPECT_NE(key, run_key("run-2", 0, 5));
  EXPECT_NE(key, run_key("run-1", 1, 5));
  EXPECT_NE(key, run_key("run-1", 0, 6));
}

TEST(Block, SuperblockIsCheckedByMagicCrcAndVersion) {
  const Superblock good = make_superblock("run-1", 0, kRun, 1 << 20, kFileAlignmentBytes, 4096);
  EXPECT_EQ(check_superblock(good), "");
  Superblock bad = good;
  bad.magic = 0;
  EXPECT_NE(check_superblock(bad).find("not a hopscope journal"), std::string::npos);
  bad = good;
  bad.run_id[0] = 'x';
  EXPECT_NE(check_superblock(bad).find("CRC"), std::string::npos);
}

void seal_superblock(Superblock& superblock) {
  superblock.crc = crc32c(0, std::as_bytes(std::span(&superblock, 1)).first(offsetof(Superblock, crc)));
}

// Its run id had the room that segment_bytes has now.
TEST(Block, VersionOneIsRefusedByItsNumberAndNotCalledDamaged) {
  Superblock old = make_superblock("run-1", 0, kRun, 1 << 20, kFileAlignmentBytes, 4096);
  old.version = 1;
  std::memset(old.run_id, 'r', offsetof(Superblock, crc) - offsetof(Superblock, run_id));
  seal_superblock(old);
  EXPECT_EQ(check_superblock(old), "written in format version 1, this program reads version 2: read it with the program that wrote it");
}

TEST(Block, SegmentsAreEqualPartsAndImpossibleOnesAreRefused) {
  const auto superblock_of = [](std::uint64_t segments) {
    return make_superblock("run-1", 0, kRun, kSuperblockBytes + 10 * 4096, kFileAlignmentBytes, 4096, segments);
  };
  EXPECT_EQ(segments_of(superblock_of(1)).bytes, 10u * 4096);
  const Segments three = segments_of(superblock_of(3));
  EXPECT_EQ(three.count, 3u);
  EXPECT_EQ(three.bytes, 3u * 4096) << "a block is left over at the end";
  EXPECT_EQ(three.begin(2), kSuperblockBytes + 6 * 4096);
  EXPECT_EQ(three.next(2), 0u);
  EXPECT_EQ(three.before(0), 2u);
  for (const std::uint64_t segment_bytes : {std::uint64_t{0}, std::uint64_t{512}, std::uint64_t{11 * 4096}, ~std::uint64_t{0}}) {
    Superblock bad = superblock_of(1);
    bad.segment_bytes = segment_bytes;
    seal_superblock(bad);
    EXPECT_NE(check_superblock(bad).find("its superblock is impossible"), std::string::npos) << segment_bytes;
  }
}

TEST(Block, LongRunIdIsCutOffButStaysAString) {
  const Superblock superblock = make_superblock(std::string(500, 'r'), 0, kRun, 1 << 20, kFileAlignmentBytes, 4096);
  EXPECT_EQ(std::string(superblock.run_id), std::string(sizeof superblock.run_id - 1, 'r'));
}

}  // namespace
}  // namespace hopscope::journal
