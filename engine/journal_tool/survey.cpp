#include "engine/journal_tool/survey.h"

#include <nlohmann/json.hpp>

#include "engine/journal_tool/progress.h"
#include "engine/recovery/record_text.h"

namespace hopscope::journal_tool {
namespace {

std::string fault_of(const journal::Record& record, std::uint64_t sequence, std::uint32_t venue) {
  const std::string which = "record " + std::to_string(sequence);
  if (record.sequence != sequence) return which + " calls itself " + std::to_string(record.sequence);
  if (record.venue != venue)
    return which + " is of venue " + std::to_string(record.venue) + ", the journal of venue " + std::to_string(venue);
  if (recovery::name_of(record.type).empty())
    return which + " has type " + std::to_string(static_cast<unsigned>(record.type)) + ", which this program does not know";
  return {};
}

const char* name_of(journal::End end) {
  switch (end) {
    case journal::End::Clean:
      return "clean";
    case journal::End::Torn:
      return "torn";
    case journal::End::Broken:
      return "broken";
  }
  return "";
}

}  // namespace

Survey survey(const std::string& path, const std::function<void(const journal::Record&)>& on_record) {
  Survey found;
  found.path = path;
  journal::FileReader reader(path);
  Progress progress(progress_terminal(false), path);
  std::uint64_t sequence = reader.content().first_record;
  for (journal::Record record; reader.next(record); ++sequence) {
    if (sequence == reader.content().first_record) found.first_feed = record.feed_sequence;
    found.last_feed = record.feed_sequence;
    ++found.by_type[static_cast<std::uint8_t>(record.type)];
    if (found.fault.empty()) found.fault = fault_of(record, sequence, reader.content().venue);
    on_record(record);
    progress.at(reader.content().bytes);
  }
  found.content = reader.content();
  return found;
}

std::string Survey::damage() const {
  if (content.end != journal::End::Broken) return fault;
  return "block " + std::to_string(content.last_block() + 1) + ", at byte " + std::to_string(content.offset) +
         ", is damaged, and good blocks of this run stand behind it";
}

std::string describe_end(const journal::FileContent& content) {
  switch (content.end) {
    case journal::End::Torn:
      return "torn: the last block was being written when the run died, nobody was told that it is durable";
    case journal::End::Broken:
      return "broken: what was durable is damaged behind byte " + std::to_string(content.offset);
    case journal::End::Clean:
      break;
  }
  if (content.first_block > 1) return "clean: every block is whole";
  return content.closed ? "clean: closed by its engine" : "clean: every block is whole, but its engine did not close it";
}

nlohmann::json figures(const Survey& survey) {
  nlohmann::json types = nlohmann::json::object();
  for (unsigned type = 0; type < survey.by_type.size(); ++type) {
    if (survey.by_type[type] == 0) continue;
    const std::string name(recovery::name_of(static_cast<journal::RecordType>(type)));
    types[name.empty() ? "type-" + std::to_string(type) : name] = survey.by_type[type];
  }
  const journal::FileContent& content = survey.content;
  return {{"file", survey.path},
          {"run_id", content.run_id},
          {"venue", content.venue},
          {"first_block", content.first_block},
          {"first_record", content.first_record},
          {"blocks", content.blocks},
          {"records", content.records},
          {"bytes", content.bytes},
          {"end", name_of(content.end)},
          {"closed", content.closed},
          {"types", types},
          {"first_feed_sequence", survey.first_feed},
          {"last_feed_sequence", survey.last_feed}};
}

}  // namespace hopscope::journal_tool
