// A journal record as people and programs read it: one line of an aligned table, or one line of JSON.
//
// Orders are written "0/17" (session/UserRefNum) when a client's, "8123" (ITCH reference) when the feed's; in JSON they are strings, since
// the venue's 64-bit ids do not fit a double. Prices have 4 decimals in the table and are integers with 4 implied ones in JSON. OrderTerms,
// whose fields mean other things, tells them in words behind the order, and has keys of its own in JSON; so do records of the OMS's journal
// (oms_record_text.h), whose venue is "-", in JSON null.
#pragma once

#include <string>
#include <string_view>

#include "engine/journal/record.h"

namespace hopscope::recovery {

std::string order_text(std::uint64_t id);
std::string price_text(std::uint64_t price);
std::string hex_text(std::uint64_t word);  // 16 digits
std::string time_of_day(std::uint64_t ns);

// Empty: no such type in this version.
std::string_view name_of(journal::RecordType type);

std::string table_heading();
std::string table_line(const journal::Record& record);
std::string json_line(const journal::Record& record);

}  // namespace hopscope::recovery
