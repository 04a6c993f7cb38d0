#include "engine/journal/reader.h"

#include <gtest/gtest.h>

#include <fstream>

#include "engine/journal/claim.h"
#include "engine/test/journal/journal_fixture.h"

namespace hopscope::journal {
namespace {

constexpr std::uint64_t kRun = 77;

// Journal files built by hand, so that every kind of damage can be put where it is wanted. No O_DIRECT: any directory will do.
class Reader : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "/hopscope-reader-" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".hsj";
    file_.assign(kSuperblockBytes, std::byte{0});
    const Superblock superblock = make_superblock("run-1", 1, kRun, 1 << 20, kFileAlignmentBytes, 4096);
    std::memcpy(file_.data(), &superblock, sizeof superblock);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  // Two records a block.
  void add_block(std::uint64_t sequence, std::uint64_t run = kRun) {
    const std::size_t at = file_.size();
    file_.resize(at + 4096);
    for (std::size_t i = 0; i < 2; ++i) {
      const Record record = sample_record(2 * sequence - 1 + i);
      std::memcpy(file_.data() + at + kHeaderBytes + i * kRecordBytes, &record, sizeof record);
    }
    seal({file_.data() + at, sequence, 2 * sequence - 1, 2}, {run, 1, kFileAlignmentBytes});
  }
  std::byte& byte(std::size_t block, std::size_t offset) { return file_[kSuperblockBytes + (block - 1) * 4096 + offset]; }

  FileContent read() {
    std::ofstream(path_, std::ios::binary).write(reinterpret_cast<const char*>(file_.data()), static_cast<std::streamsize>(file_.size()));
    orders_.clear();
    return read_file(path_, [this](const Record& record) { orders_.push_back(record.order & 0xff); });
  }

  std::string path_;
  std::vector<std::byte> file_;
  std::vector<std::uint64_t> orders_;
};

TEST_F(Reader, ReadsAllBlocksOfACleanFile) {
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) add_block(sequence);
  const FileContent content = read();
  EXPECT_EQ(content.error, "");
  EXPECT_EQ(content.end, End::Clean);
  EXPECT_EQ(content.blocks, 3u);
  EXPECT_EQ(content.bytes, file_.size());
  EXPECT_EQ(orders_, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
}

TEST_F(Reader, EmptySpaceBehindTheLastBlockIsACleanEnd) {
  add_block(1);
  file_.resize(file_.size() + 65'536);
  const FileContent content = read();
  EXPECT_EQ(content.end, End::Clean);
  EXPECT_EQ(content.records, 2u);
  EXPECT_EQ(content.bytes, kSuperblockBytes + 4096);
}

TEST_F(Reader, BlocksOfAnOlderRunAreNotRead) {
  add_block(1);
  add_block(2, kRun + 1);
  add_block(3, kRun + 1);
  const FileContent content = read();
  EXPECT_EQ(content.end, End::Clean);
  EXPECT_EQ(orders_, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(Reader, TornLastBlockIsNamedAndNotRead) {
  add_block(1);
  add_block(2);
  byte(2, kHeaderBytes + kRecordBytes) ^= std::byte{1};
  const FileContent content = read();
  EXPECT_EQ(content.end, End::Torn);
  EXPECT_EQ(orders_, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(Reader, DamageToTheLastBlockShowsWhereverItIs) {
  add_block(1);
  add_block(2);
  for (std::size_t offset = 0; offset < kHeaderBytes + 2 * kRecordBytes; ++offset) {
    byte(2, offset) ^= std::byte{1};
    ASSERT_EQ(read().end, End::Torn) << "byte " << offset;
    byte(2, offset) ^= std::byte{1};
  }
  const std::vector<std::byte> whole = file_;
  for (const std::size_t left : {std::size_t{1}, kHeaderBytes - 1, kHeaderBytes, kHeaderBytes + 2 * kRecordBytes - 1}) {
    file_.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(kSuperblockBytes + 4096 + left));
    ASSERT_EQ(read().end, End::Torn) << left << " bytes are left of it";
    EXPECT_EQ(orders_, (std::vector<std::uint64_t>{1, 2}));
  }
}

TEST_F(Reader, AFileThatEndsInTheLastBlocksPaddingWasCutOff) {
  add_block(1);
  const std::vector<std::byte> whole = file_;
  for (const std::size_t lost : {std::size_t{1}, 4096 - kHeaderBytes - 2 * kRecordBytes}) {
    file_.assign(whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(lost));
    const FileContent content = read();
    EXPECT_EQ(content.end, End::Torn) << lost << " bytes are missing";
    EXPECT_FALSE(content.closed);
    EXPECT_EQ(orders_, (std::vector<std::uint64_t>{1, 2})) << "its records are whole";
  }
}

TEST_F(Reader, DamageInTheMiddleIsNotMistakenForTheEnd) {
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) add_block(sequence);
  byte(2, kHeaderBytes) ^= std::byte{1};  // a record
  EXPECT_EQ(read().end, End::Broken);
  byte(2, kHeaderBytes) ^= std::byte{1};
  byte(2, 0) ^= std::byte{1};  // the header's magic
  EXPECT_EQ(read().end, End::Broken);
  EXPECT_EQ(orders_, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(Reader, MissingBlockIsBroken) {
  add_block(1);
  add_block(3);
  const FileContent content = read();
  EXPECT_EQ(content.end, End::Broken);
  EXPECT_EQ(content.blocks, 1u);
}

TEST_F(Reader, WhatIsNoJournalIsRefused) {
  EXPECT_NE(read_file(path_ + ".nowhere", [](const Record&) {}).error.find("cannot read"), std::string::npos);
  file_.resize(100);
  EXPECT_NE(read().error.find("too short"), std::string::npos);
  file_.clear();
  EXPECT_NE(read().error.find("too short"), std::string::npos);
  file_.assign(8192, std::byte{'x'});
  EXPECT_NE(read().error.find("not a hopscope journal"), std::string::npos);
}

TEST_F(Reader, DamagedSuperblockIsRefused) {
  add_block(1);
  file_[16] ^= std::byte{1};
  EXPECT_NE(read().error.find("superblock is damaged"), std::string::npos);
  EXPECT_TRUE(orders_.empty());
}

}  // namespace
}  // namespace hopscope::journal
