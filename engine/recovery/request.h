// A client's request as a journal has it: its input record, an order's terms, and the record behind both.
//
// Requests that the venue refused before it matched them (at its door, or because its queue was full) need that last record: what was wrong
// with them is no longer to be seen. A refusal that the input record shows to be groundless is not believed, so that the replay differs.
#pragma once

#include <optional>
#include <string>

#include "engine/journal/record.h"
#include "engine/venue/matching_engine.h"

namespace hopscope::recovery {

struct Request {
  journal::Record asked;
  std::optional<journal::Record> terms;
};

// The record begins a request. Terms belong to the one before them.
bool is_request(journal::RecordType type);

// Empty, or why no venue can have journaled it: a matching engine must not be given it.
std::string impossible(const Request& request);

// `answer`: the journal's next record, null behind its last one. `has_queue`: the venue's profile has a latency, so that messages wait for
// their turn in a queue that may be full.
venue::RejectReason refusal(const Request& request, const journal::Record* answer, bool has_queue);

// Makes the request of a matching engine, once more. It answers with the input records first.
void repeat(const Request& request, venue::RejectReason refused, venue::MatchingEngine& engine);

}  // namespace hopscope::recovery
