#include "engine/feed/itch_replay.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "engine/book/itch_book.h"
#include "engine/wire/itch_encode.h"

namespace hopscope::feed {
namespace {

namespace fs = std::filesystem;
namespace itch = wire::itch;

class ItchReplayTest : public testing::Test {
 protected:
  ItchReplayTest() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    plan_.flow = core::Flow::Itch;
    plan_.file = (fs::temp_directory_path() / (std::string("hopscope-") + info->name() + "-" + std::to_string(getpid()))).string();
  }
  ~ItchReplayTest() override { fs::remove(plan_.file); }

  void write(const std::string& bytes) { std::ofstream(plan_.file, std::ios::binary) << bytes; }

  // A directory entry at 1,000 ns, then deletes of references 1.. at the given times.
  static std::string recording(const std::vector<std::uint64_t>& times_ns) {
    std::string file;
    std::byte buffer[64];
    const auto append = [&](std::size_t bytes) {
      file += std::string("\0\0", 2);
      file.append(reinterpret_cast<const char*>(buffer), bytes);
    };
    append(itch::encode_stock_directory(buffer, {.locate = 1, .timestamp_ns = 1'000}, itch::symbol("HOPS")));
    std::uint64_t reference = 0;
    for (const std::uint64_t at_ns : times_ns) append(itch::encode_delete(buffer, {.locate = 1, .timestamp_ns = at_ns}, ++reference));
    return file;
  }

  std::vector<std::uint64_t> replayed_times() {
    ItchReplay replay;
    EXPECT_EQ(replay.open(plan_), "");
    std::vector<std::uint64_t> times;
    std::byte buffer[64];
    for (std::uint64_t market_ns = 0; replay.next(buffer, market_ns) != 0;) times.push_back(market_ns);
    EXPECT_EQ(times.size(), replay.messages());
    return times;
  }

  std::string open_error() {
    ItchReplay replay;
    return replay.open(plan_);
  }

  core::FeedPlan plan_;
};

TEST_F(ItchReplayTest, ReplaysEverythingInOrder) {
  write(recording({2'000, 3'000, 4'000}));
  EXPECT_EQ(replayed_times(), (std::vector<std::uint64_t>{1'000, 2'000, 3'000, 4'000}));
}

TEST_F(ItchReplayTest, FromKeepsTheDirectoryAndToIsExclusive) {
  write(recording({2'000, 3'000, 4'000, 5'000}));
  plan_.from_ns = 3'000;
  plan_.to_ns = 5'000;
  EXPECT_EQ(replayed_times(), (std::vector<std::uint64_t>{1'000, 3'000, 4'000}));
}

TEST_F(ItchReplayTest, NamesWhatIsWrongBeforeTheRun) {
  EXPECT_NE(open_error().find("No such file"), std::string::npos) << open_error();

  write("");
  EXPECT_NE(open_error().find("empty"), std::string::npos) << open_error();

  write("\x1f\x8b and so on");
  EXPECT_NE(open_error().find("gunzip"), std::string::npos) << open_error();

  const std::string whole = recording({2'000});
  write(whole.substr(0, whole.size() - 1));
  EXPECT_NE(open_error().find("byte 41"), std::string::npos) << open_error();

  write(whole);
  plan_.from_ns = 9'000;
  EXPECT_NE(open_error().find("feed.from"), std::string::npos) << open_error();

  plan_.from_ns = 0;
  plan_.file = "/";
  EXPECT_NE(open_error().find("not a regular file"), std::string::npos) << open_error();
  plan_.file.clear();
}

// An outside witness: the sample of the R package RITCH, which is not part of this repository.
TEST_F(ItchReplayTest, RitchSample) {
  const char* given = std::getenv("HOPSCOPE_RITCH_SAMPLE");
  const fs::path sample = given ? fs::path(given) : fs::path(__FILE__).parent_path() / "../../../../shared/data/ritch-sample.itch50";
  if (!fs::exists(sample)) GTEST_SKIP() << "RITCH sample not found: set HOPSCOPE_RITCH_SAMPLE to ex20101224.TEST_ITCH_50";
  plan_.file = sample.string();
  ItchReplay replay;
  const std::string error = replay.open(plan_);
  plan_.file.clear();
  ASSERT_EQ(error, "");

  book::Books books(3, 8'192);
  std::map<char, int> types;
  int unresolved = 0;
  std::byte buffer[64];
  std::uint64_t market_ns = 0;
  for (std::size_t bytes; (bytes = replay.next(buffer, market_ns)) != 0;) {
    const itch::Message message{wire::Bytes(buffer, bytes)};
    ++types[message.type()];
    unresolved += book::apply(books, message) == book::Applied::Unresolved;
  }
  EXPECT_EQ(replay.messages(), 12'012u);
  EXPECT_EQ(types,
            (std::map<char, int>{
                {'A', 4'997}, {'D', 1'745}, {'E', 198}, {'F', 3}, {'H', 3}, {'P', 5'000}, {'R', 3}, {'S', 6}, {'U', 12}, {'X', 45}}));
  EXPECT_EQ(unresolved, 117);
}

}  // namespace
}  // namespace hopscope::feed
