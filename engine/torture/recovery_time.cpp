#include "engine/torture/recovery_time.h"

#include <chrono>

#include "engine/torture/recovery.h"
#include "engine/torture/second_start.h"
#include "engine/torture/venue_run.h"
#include "engine/torture/writing_process.h"

namespace hopscope::torture {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::string measure_recovery(std::uint64_t records, std::uint64_t seed, const std::string& directory, RecoveryTime& measured) {
  core::Plan plan = plan_of(seed, 100'000 + records);  // a feed message makes more than one record
  plan.journal.device = core::JournalDevice::Uring;
  plan.journal.submit = core::JournalSubmit::Inline;
  plan.journal.directory = directory;
  // Blocks are padded to their whole size, and sealed by time, too: twice the records' room for those that go out half full, and what a
  // machine that stalls leaves nearly empty.
  constexpr std::uint64_t kSpareBlocks = 16'384;
  plan.journal.size_bytes = (records * 2 * journal::kRecordBytes / plan.journal.block_bytes + kSpareBlocks) * plan.journal.block_bytes;

  WritingProcess process(plan, records);
  process.await(records);
  process.await_end();
  process.kill();
  if (!process.error().empty()) return process.error();

  const std::string path = journal_path(plan);
  const auto start = std::chrono::steady_clock::now();
  Recovery recovery(plan);
  recovery.run(path);
  measured.seconds = seconds_since(start);
  const journal::FileContent& content = recovery.content();
  measured.records = content.records;
  measured.blocks = content.blocks;
  measured.bytes = content.bytes;
  if (!content.error.empty()) return content.error;
  if (content.records < process.acknowledged())
    return std::to_string(process.acknowledged()) + " records were acknowledged, " + std::to_string(content.records) + " are there";
  const auto comparison = std::chrono::steady_clock::now();
  if (std::string wrong = compare_with_uninterrupted(plan, path, recovery); !wrong.empty()) return wrong;
  measured.comparison_seconds = seconds_since(comparison);
  plan.journal.size_bytes = std::uint64_t{64} * plan.journal.block_bytes;
  return start_again(plan);
}

}  // namespace hopscope::torture
