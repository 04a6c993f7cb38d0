// What one pass over a journal file finds: how much there is of what, how it ends, and whether its records can be believed.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/journal/reader.h"

namespace hopscope::journal_tool {

struct Survey {
  std::string path;
  journal::FileContent content;                 // content.error: it could not be read at all
  std::array<std::uint64_t, 256> by_type{};     // records, by journal::RecordType
  std::uint64_t first_feed = 0, last_feed = 0;  // feed_sequence of the first and of the last record
  std::string fault;                            // what is wrong with a record of a good block; empty: nothing

  // Empty, or why the file must not be believed beyond what was read.
  std::string damage() const;
};

// Hands every record of the good blocks on, in order.
Survey survey(const std::string& path, const std::function<void(const journal::Record&)>& on_record);

// Whose journal it is: "venue 1", "the OMS".
std::string owner_text(std::uint32_t venue);

// "closed by its engine", "torn: ...": one phrase.
std::string describe_end(const journal::FileContent& content);

nlohmann::json figures(const Survey& survey);

}  // namespace hopscope::journal_tool
