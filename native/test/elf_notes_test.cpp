#include "native/elf_notes.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "engine/probe/site.h"
#include "native/failure.h"
#include "native/own_site.h"

namespace hopscope::native {
namespace {

// This test's own sites, so that the file under test is this test's executable.
[[gnu::noinline]] void all_sites(std::uint64_t id) {
#define HS_X(index, symbol, name, before) probe::site<HS_HOP_##symbol>(id, 0, 0);
  HS_HOPS(HS_X)
#undef HS_X
}

TEST(ElfNotes, EveryHopHasItsNote) {
  all_sites(1);
  const auto notes = read_site_notes("/proc/self/exe", "hopscope");
  for (const char* hop : {"feed.due", "feed.tx", "oms.rx", "oms.book", "oms.decide", "router.pick", "risk.pass", "oms.tx", "venue.rx",
                          "venue.match", "journal.append", "venue.tx", "oms.ack", "journal.write", "journal.durable"})
    EXPECT_EQ(std::count_if(notes.begin(), notes.end(), [&](const SiteNote& n) { return n.name == hop; }), 1) << hop;
}

TEST(ElfNotes, OffsetsPointAtAlignedFiveByteNops) {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  for (const SiteNote& note : read_site_notes("/proc/self/exe", "hopscope")) {
    unsigned char bytes[5];
    file.seekg(static_cast<std::streamoff>(note.file_offset));
    file.read(reinterpret_cast<char*>(bytes), sizeof bytes);
    const unsigned char nop5[5] = {0x0f, 0x1f, 0x44, 0x00, 0x00};
    EXPECT_TRUE(std::equal(bytes, bytes + 5, nop5)) << note.name;
    EXPECT_EQ(note.address % 8, 0u) << note.name;
  }
}

TEST(ElfNotes, OwnSiteIsFoundInMemory) {
  const OwnSite site = find_own_site();
  EXPECT_EQ(*site.text, 0x0f);
  hit_own_site();
}

TEST(ElfNotes, OtherProvidersAreLeftOut) { EXPECT_TRUE(read_site_notes("/proc/self/exe", "somebody").empty()); }

class DamagedFile : public ::testing::Test {
 protected:
  ~DamagedFile() override { std::remove(path_.c_str()); }
  void write(std::size_t bytes) {
    std::ifstream in("/proc/self/exe", std::ios::binary);
    std::string whole(std::istreambuf_iterator<char>(in), {});
    std::ofstream(path_, std::ios::binary) << whole.substr(0, std::min(bytes, whole.size()));
  }
  std::string path_ = "/tmp/hopscope-elf-notes-test-" + std::to_string(getpid());
};

TEST_F(DamagedFile, CutShort) {
  for (const std::size_t bytes : {64, 1'000, 20'000}) {
    write(bytes);
    EXPECT_THROW(read_site_notes(path_, "hopscope"), Failure) << bytes;
  }
}

TEST_F(DamagedFile, NotElf) {
  std::ofstream(path_) << "#!/bin/sh\n# long enough to hold an ELF header, but it is a script, not an executable";
  EXPECT_THROW(read_site_notes(path_, "hopscope"), Failure);
}

TEST_F(DamagedFile, Missing) { EXPECT_THROW(read_site_notes(path_, "hopscope"), Failure); }

}  // namespace
}  // namespace hopscope::native
