// What only the OMS's journal has, in words and as JSON keys: records whose fields mean other things than those of a venue.
#pragma once

#include <string>

#include "engine/journal/record.h"

namespace hopscope::recovery {

// Its `order` is no order.
bool has_no_order(journal::RecordType type);
// Told in words behind the order, not in the table's columns.
bool is_told_in_words(journal::RecordType type);

// "venue 0 of 100.0200 100.0200", "bid 100.0000, ask 100.0200", "5 messages from 17".
std::string oms_words(const journal::Record& record);
// `,"key":value` for each of its fields.
std::string oms_json(const journal::Record& record);

}  // namespace hopscope::recovery
