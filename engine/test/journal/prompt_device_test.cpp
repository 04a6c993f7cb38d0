// A device that is done with a block as soon as it is asked, as one is that only copies.
#include <gtest/gtest.h>

#include <vector>

#include "engine/journal/journal.h"

namespace hopscope::journal {
namespace {

class FakePromptDevice final : public BlockDevice {
 public:
  std::span<std::byte> take_buffers(std::size_t bytes) override {
    memory_.resize(bytes);
    return memory_;
  }
  std::size_t alignment_bytes() const override { return 512; }
  std::uint64_t size_bytes() const override { return 1 << 22; }
  unsigned depth() const override { return 2; }
  std::string submit(std::uint64_t sequence, std::uint64_t, std::span<const std::byte>) override {
    under_way_.push_back(sequence);
    return {};
  }
  bool reap(std::uint64_t& sequence, std::string&) override {
    if (under_way_.empty()) return false;
    sequence = under_way_.front();
    under_way_.erase(under_way_.begin());
    return true;
  }
  const char* durable_kind() const override { return "nothing is"; }
  std::string close() override { return {}; }

 private:
  std::vector<std::byte> memory_;
  std::vector<std::uint64_t> under_way_;
};

TEST(PromptDevice, ABlockIsDurableInThePollThatSubmitsIt) {
  core::JournalPlan plan;
  plan.size_bytes = 1 << 22;
  plan.block_bytes = 4096;
  Journal journal;
  ASSERT_EQ(journal.open(plan, 0, "run", 0, core::Scheduler::Other, std::make_unique<FakePromptDevice>()), "");
  for (std::uint64_t block = 1; block <= 3; ++block) {
    EXPECT_EQ(journal.append(Record{}), block);
    journal.poll();
    EXPECT_EQ(journal.progress().written(), block);
    EXPECT_EQ(journal.progress().durable(), block);
  }
  EXPECT_EQ(journal.close(), "");
}

}  // namespace
}  // namespace hopscope::journal
