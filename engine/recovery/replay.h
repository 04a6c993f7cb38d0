// Runs a venue again from its journal: the market comes from the plan, the clients' orders from the journal's input records, and every
// output record must come out of a fresh matching engine as it stands in the journal, field by field and in the same order.
//
// What a venue heard first, a feed message or an order, is a matter of timing; the journal settled it: record.feed_sequence is the last
// feed message that had been applied. So open pacing replays as exactly as lockstep does. Two things cannot be replayed: feed messages that
// a venue lost on the way (the replay has them), and what was wrong with a message that was refused before it was matched (request.h): the
// reason is taken from the journal.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "engine/core/plan.h"
#include "engine/feed/market_source.h"
#include "engine/journal/record.h"
#include "engine/net/port.h"
#include "engine/recovery/request.h"
#include "engine/recovery/snapshot_file.h"
#include "engine/venue/matching_engine.h"

namespace hopscope::recovery {

class Replay {
 public:
  // venue: index of the one whose journal is replayed.
  Replay(const core::Plan& plan, std::uint32_t venue);

  // Opens the plan's flow. Returns an empty string or one line with its remedy.
  std::string open();

  // Opens it behind a snapshot, as if all records up to header().record had been taken: the next one is the one behind. The market's
  // messages until there are made again, but nothing is done with them.
  std::string open(const SnapshotFile& snapshot);

  // The journal's next record. False: the replay differs, difference() says how; nothing may be taken after that.
  bool take(const journal::Record& record);

  // Carries out the request that was taken last, if it still waits for the record behind it: `next`, which is only looked at; null: there
  // is none. Then engine() is where the venue's was when all that came of that request had happened. False: as take().
  bool settle(const journal::Record* next) { return !request_ || repeat_request(next); }
  const venue::MatchingEngine& engine() const { return engine_; }
  std::uint64_t applied() const { return applied_; }  // feed messages
  // Nothing waits for a record behind the one that was taken last: engine() is where the venue's was.
  bool at_rest() const { return !request_ && !pending(); }

  // The journal is over. `closed`: by its engine, so it cannot end among the records of one order. False: as take().
  bool finish(bool closed);

  std::uint64_t inputs() const { return inputs_; }
  std::uint64_t outputs() const { return outputs_; }  // that came out equal
  // What the first difference is, then the record in the journal and the one of the replay, a line each.
  const std::string& difference() const { return difference_; }
  // What came of the last request or feed message behind the journal's last record: what a journal that was cut off there has lost.
  std::span<const journal::Record> unconfirmed() const { return engine_.records().subspan(next_); }

 private:
  bool pending() const { return next_ < engine_.records().size(); }
  bool advance_to(const journal::Record& record, bool until_output);
  bool repeat_request(const journal::Record* answer);
  bool expect(const journal::Record& record);
  bool differ(const std::string& what, const journal::Record* record);

  const core::FeedPlan feed_;
  const std::uint64_t seed_;
  const std::uint64_t feed_messages_;  // that the plan sends at most
  const bool has_queue_;
  feed::MarketSource source_;
  venue::MatchingEngine engine_;
  std::array<std::byte, net::kMaxPayloadBytes> message_{};
  std::uint64_t applied_ = 0;       // feed messages
  std::size_t next_ = 0;            // first of the engine's records that the journal has not confirmed
  std::optional<Request> request_;  // waits for the record behind it
  std::uint64_t inputs_ = 0, outputs_ = 0;
  std::string difference_;
};

}  // namespace hopscope::recovery
