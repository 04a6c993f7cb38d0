#include "engine/journal_tool/progress.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace hopscope::journal_tool {
namespace {

using std::chrono::milliseconds;

TEST(ProgressLine, SaysHowFarHowFastAndHowLong) {
  EXPECT_EQ(progress_line("j.hsj", 430'000'000, 1'000'000'000, 0.5), "j.hsj  43 % [========>           ] 860 MB/s, 1 s left");
  EXPECT_EQ(progress_line("j.hsj", 6'000'000'000, 24'000'000'000, 5), "j.hsj  25 % [=====>              ] 1.2 GB/s, 15 s left");
  EXPECT_EQ(progress_line("j.hsj", 100, 100, 1), "j.hsj  100 % [====================] 0 MB/s, 0 s left");
}

class ProgressTest : public testing::Test {
 protected:
  ProgressTest() { std::ofstream(path_) << std::string(1'000, 'x'); }
  ~ProgressTest() override {
    std::fclose(terminal_);
    std::filesystem::remove(path_);
  }

  std::string shown() const {
    std::array<char, 1'000> text{};
    std::rewind(terminal_);
    return {text.data(), std::fread(text.data(), 1, text.size(), terminal_)};
  }

  const std::string path_ = testing::TempDir() + "/hopscope-progress-" + std::to_string(getpid()) + ".hsj";
  std::FILE* terminal_ = std::tmpfile();
  const Progress::Clock::time_point start_ = Progress::Clock::now();
};

TEST_F(ProgressTest, ShowsFourLinesASecondAndTakesTheLastOneBack) {
  {
    Progress progress(terminal_, path_, start_);
    progress.look(100, start_ + milliseconds(249));
    EXPECT_EQ(shown(), "");
    progress.look(250, start_ + milliseconds(250));
    progress.look(300, start_ + milliseconds(499));
    progress.look(500, start_ + milliseconds(500));
  }
  const std::string text = shown();
  EXPECT_NE(text.find(".hsj  25 % [=====>"), std::string::npos) << text;
  EXPECT_EQ(text.find("30 %"), std::string::npos) << text;
  EXPECT_NE(text.find(".hsj  50 % [====="
                      "=====>"),
            std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("\r\x1b[K")) << text;
}

TEST_F(ProgressTest, ShortPassesAndUnknownLengthsShowNothing) {
  { Progress progress(terminal_, path_, start_); }
  {
    Progress progress(terminal_, path_ + ".nowhere", start_);
    progress.look(1, start_ + milliseconds(10'000));
  }
  EXPECT_EQ(shown(), "");
}

}  // namespace
}  // namespace hopscope::journal_tool
