#include "engine/torture/recovery.h"

#include <cstring>

#include "engine/recovery/record_text.h"
#include "engine/recovery/request.h"
#include "engine/torture/venue_run.h"
#include "engine/torture/venue_state.h"

namespace hopscope::torture {
namespace {

using journal::Record;
using journal::RecordType;

bool needs_its_answer(RecordType request) {
  return request == RecordType::OrderEntered || request == RecordType::ReplaceRequested || request == RecordType::MassCancelRequested;
}

// Takes the records that a step of the run made, and compares those that the reader has too. Empty, or the first difference.
std::string take_step(std::span<const Record> made, std::uint64_t recovered, journal::FileReader& reader, Positions& positions) {
  for (const Record& record : made) {
    positions.take(record);
    if (record.sequence > recovered) continue;
    Record read;
    if (!reader.next(read)) return "record " + std::to_string(record.sequence) + " was returned once and is gone the second time";
    if (std::memcmp(&read, &record, sizeof read) != 0)
      return "a record that was returned is not the one that was written\n  written   " + recovery::table_line(record) + "\n  returned  " +
             recovery::table_line(read);
  }
  return {};
}

}  // namespace

void Recovery::run(const std::string& path) {
  journal::FileReader reader(path);
  bool equal = replay_.open().empty();
  std::uint64_t request = 0;  // that has no answer yet
  for (Record record; reader.next(record);) {
    if (recovery::is_request(record.type)) {
      request = needs_its_answer(record.type) ? record.sequence : 0;
    } else if (record.type != RecordType::OrderTerms) {
      request = 0;
    }
    positions_.take(record);
    equal = equal && replay_.take(record);
  }
  content_ = reader.content();
  settled_ = request == 0 ? content_.records : request - 1;
  if (request == 0 && equal) replay_.settle(nullptr);
  for (const Record& made : replay_.unconfirmed()) positions_.take(made);
}

std::string compare_with_uninterrupted(const core::Plan& plan, const std::string& path, const Recovery& recovery) {
  const std::uint64_t recovered = recovery.content().records;
  journal::FileReader reader(path);
  VenueRun run(plan);
  Positions positions;
  while (run.records() < recovery.settled() || run.feed_messages() < recovery.feed_messages()) {
    if (std::string difference = take_step(run.step(), recovered, reader, positions); !difference.empty()) return difference;
  }
  const auto symbols = static_cast<std::uint16_t>(plan.feed.symbols);
  const auto state = [&](const venue::MatchingEngine& engine, const Positions& of) {
    return venue_state(engine, of, symbols, kVenue, run.client().last_user_ref()).value();
  };
  const bool equal = state(run.engine(), positions) == state(recovery.engine(), recovery.positions());
  while (run.records() < recovered) {
    if (std::string difference = take_step(run.step(), recovered, reader, positions); !difference.empty()) return difference;
  }
  // Said last: a record that is not the written one explains it.
  if (!recovery.difference().empty()) return "the replay of the recovered records differs: " + recovery.difference();
  if (equal) return {};
  return "books, open orders or positions at record " + std::to_string(recovery.settled()) + " are not those of the uninterrupted run";
}

}  // namespace hopscope::torture
