#include "engine/torture/second_start.h"

#include "engine/journal/journal.h"
#include "engine/torture/recovery.h"
#include "engine/torture/venue_run.h"

namespace hopscope::torture {

std::string start_again(const core::Plan& plan) {
  constexpr std::uint64_t kRecords = 500;
  core::Plan again = plan;
  again.journal.submit = core::JournalSubmit::Inline;  // the caller keeps its only thread
  journal::Journal journal;
  if (std::string error = journal.open(again.journal, kVenue, again.run_id, 0); !error.empty()) return error;
  VenueRun run(again);
  while (run.records() < kRecords) {
    for (const journal::Record& record : run.step()) journal.append(record);
    journal.poll();
  }
  if (std::string error = journal.close(); !error.empty()) return error;

  const std::string path = journal_path(again);
  Recovery recovery(again);
  recovery.run(path);
  const journal::FileContent& content = recovery.content();
  if (!content.error.empty()) return content.error;
  if (content.end != journal::End::Clean || !content.closed) return "the journal of the second start does not end as a closed one";
  if (content.records != run.records())
    return "the second start wrote " + std::to_string(run.records()) + " records, " + std::to_string(content.records) + " are there";
  return compare_with_uninterrupted(again, path, recovery);
}

}  // namespace hopscope::torture
