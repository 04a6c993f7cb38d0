// A journal of several segments as its writer leaves it behind, built in memory: blocks of one to three sectors, so that segments end in
// rests of every length.
#pragma once

#include <algorithm>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/journal/claim.h"
#include "engine/journal/reader.h"
#include "engine/journal/segment_ring.h"
#include "engine/test/journal/journal_fixture.h"

namespace hopscope::journal {

class RingImage {
 public:
  static constexpr std::uint64_t kRun = 77;
  static constexpr std::size_t kSectorBytes = 512;
  static constexpr std::uint64_t kSizeBytes = kSuperblockBytes + 4 * 4096;

  struct Block {
    std::uint64_t sequence, offset, first_record, released;
    std::vector<std::byte> bytes;  // with padding
    std::size_t used_bytes;
    std::uint64_t last_record() const { return first_record + (used_bytes - kHeaderBytes) / kRecordBytes - 1; }
    bool holds(std::uint64_t at) const { return at >= offset && at < offset + used_bytes; }
  };

  RingImage() : medium(kSizeBytes) {
    const Superblock superblock = make_superblock("run-1", 1, kRun, kSizeBytes, kSectorBytes, 4096, 4);
    std::memcpy(medium.data(), &superblock, sizeof superblock);
    ring_.open(segments_of(superblock));
  }

  // Places the next block. What it says to be released counts once it is settled.
  const Block& place(std::uint64_t released) {
    const std::uint64_t sequence = blocks.size() + 1, first_record = blocks.empty() ? 1 : blocks.back().last_record() + 1;
    const auto records = static_cast<std::uint32_t>(1 + sequence * 7 % 20);
    Block block{sequence, 0, first_record, released, std::vector<std::byte>(4096, std::byte{0xee}), kHeaderBytes + records * kRecordBytes};
    for (std::uint32_t i = 0; i < records; ++i) {
      Record record = sample_record(first_record + i);
      record.sequence = first_record + i;
      record.venue = 1;
      std::memcpy(block.bytes.data() + kHeaderBytes + i * kRecordBytes, &record, sizeof record);
    }
    block.bytes.resize(seal({block.bytes.data(), sequence, first_record, records}, {kRun, 1, kSectorBytes}, released));
    EXPECT_TRUE(ring_.place(sequence, block.bytes.size(), block.offset)) << "block " << sequence;
    blocks.push_back(std::move(block));
    return blocks.back();
  }
  void lay(const Block& block) { std::memcpy(medium.data() + block.offset, block.bytes.data(), block.bytes.size()); }
  void settle(const Block& block) {
    lay(block);
    ring_.release(block.released);
  }
  // One block after the other, and all but the last `needed` of them released.
  void write_to(std::uint64_t last, std::uint64_t needed) {
    while (blocks.size() < last) settle(place(blocks.size() > needed ? blocks.size() - needed : 0));
  }

  // The first block of the segment that holds the first block which was still needed.
  const Block& beginning() const {
    std::size_t at = std::min<std::size_t>(blocks.back().released, blocks.size() - 1);
    while (at > 0 && segment_of(blocks[at - 1]) == segment_of(blocks[at])) --at;
    return blocks[at];
  }

  struct Content {
    FileContent file;
    std::vector<std::uint64_t> records;  // sequence numbers
  };
  void write(const std::string& path) const {
    std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(medium.data()), static_cast<std::streamsize>(medium.size()));
  }
  Content read() const {
    const std::string path =
        testing::TempDir() + "/hopscope-ring-" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".hsj";
    write(path);
    Content content;
    content.file = read_file(path, [&](const Record& record) { content.records.push_back(record.sequence); });
    std::filesystem::remove(path);
    return content;
  }

  std::vector<std::byte> medium;
  std::vector<Block> blocks;

 private:
  static std::uint64_t segment_of(const Block& block) { return (block.offset - kSuperblockBytes) / 4096; }

  SegmentRing ring_;
};

}  // namespace hopscope::journal
