#include "engine/torture/kill_round.h"

#include <ctime>

#include "engine/journal/block.h"
#include "engine/torture/draws.h"
#include "engine/torture/recovery.h"
#include "engine/torture/second_start.h"
#include "engine/torture/venue_run.h"
#include "engine/torture/writing_process.h"

namespace hopscope::torture {
namespace {

constexpr std::uint64_t kFileBytes = 4 << 20;
constexpr std::uint64_t kMostFeedMessages = 100'000;
constexpr std::uint32_t kMostRecords = 4'000;

core::JournalPlan journal_plan(const std::string& directory) {
  core::JournalPlan plan;
  plan.device = core::JournalDevice::Uring;
  plan.submit = core::JournalSubmit::Inline;
  plan.directory = directory;
  plan.block_bytes = journal::kFileAlignmentBytes;
  plan.size_bytes = kFileBytes;
  return plan;
}

std::string judge(const core::Plan& plan, std::uint64_t acknowledged, Tally& tally) {
  const std::string path = journal_path(plan);
  Recovery recovery(plan);
  recovery.run(path);
  const journal::FileContent& content = recovery.content();
  // It may have died while it was creating the file, or before; then the last round's stands there.
  const bool created = content.error.empty() && content.run_id == plan.run_id;
  const std::uint64_t returned = created ? content.records : 0;
  if (returned < acknowledged)
    return std::to_string(acknowledged) + " records were acknowledged, " + std::to_string(returned) + " are there; " + content.error;
  if (!created) return {};
  tally.acknowledged += acknowledged;
  tally.recovered += content.records;
  tally.left_out += recovery.settled() != content.records;
  if (content.end == journal::End::Broken) return "called broken, and the medium is whole";
  return compare_with_uninterrupted(plan, path, recovery);
}

}  // namespace

std::string run_kill_round(std::uint64_t seed, const std::string& directory, Tally& tally) {
  core::Random random = random_of(seed, Draws::Round);
  core::Plan plan = plan_of(seed, kMostFeedMessages);
  plan.journal = journal_plan(directory);
  if (random.below(2) == 0) plan.journal.submit = core::JournalSubmit::Helper;
  plan.journal.block_bytes <<= random.below(3);
  const std::uint32_t records = random.below(8) == 0 ? 0 : random.below(kMostRecords);  // 0: in the middle of opening, more often than not
  const timespec pause{0, static_cast<long>(random.below(500'000))};

  WritingProcess process(plan, std::uint64_t{2} * kMostRecords);
  process.await(records);
  nanosleep(&pause, nullptr);
  process.kill();
  if (process.acknowledged() == 0 && !process.error().empty()) return process.error();
  ++tally.process_kills;
  if (std::string wrong = judge(plan, process.acknowledged(), tally); !wrong.empty()) return wrong;
  return start_again(plan);
}

std::string check_directory(const std::string& directory) {
  core::Plan plan = plan_of(0, kMostFeedMessages);
  plan.journal = journal_plan(directory);
  return start_again(plan);
}

}  // namespace hopscope::torture
