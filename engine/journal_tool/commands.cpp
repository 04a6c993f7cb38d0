#include "engine/journal_tool/commands.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "engine/feed/room.h"
#include "engine/journal_tool/book_at.h"
#include "engine/journal_tool/oms_ledger_text.h"
#include "engine/journal_tool/progress.h"
#include "engine/journal_tool/survey.h"
#include "engine/recovery/oms_ledger.h"
#include "engine/recovery/record_text.h"
#include "engine/recovery/replay.h"

namespace hopscope::journal_tool {
namespace {

using recovery::OmsLedger;

Verdict refuse(const std::string& line) {
  std::fprintf(stderr, "%s\n", line.c_str());
  return Verdict::Unreadable;
}

void say(const std::string& path, const std::string& line) { std::printf("%s: %s\n", path.c_str(), line.c_str()); }

std::string counted(std::uint64_t count, const char* what) { return std::to_string(count) + " " + what + (count == 1 ? "" : "s"); }

// The verdict on blocks and record numbers, said in one line when it is bad.
Verdict judge(const Survey& found) {
  if (!found.content.error.empty()) return refuse(found.content.error);
  if (found.damage().empty()) return Verdict::Good;
  say(found.path, "broken: " + found.damage() + "; what stands before it (" + counted(found.content.records, "record") + ") is whole");
  return Verdict::Bad;
}

std::string wrong_plan(const std::string& path, const journal::FileContent& content, const core::Plan& plan) {
  // The superblock has room for 67 bytes of the id.
  if (plan.run_id.substr(0, sizeof(journal::Superblock::run_id) - 1) != content.run_id)
    return "journal: " + path + " is of run " + content.run_id + ", the plan of run " + plan.run_id +
           ": give the plan.json that belongs to it";
  if (content.venue != journal::kOmsJournal && content.venue >= plan.venues)
    return "journal: " + path + " is of venue " + std::to_string(content.venue) + ", the plan has " + counted(plan.venues, "venue") +
           ": give the plan.json that belongs to it";
  return {};
}

// The OMS's journal knows more of its plan than the run's id.
std::string other_plan(const std::string& path, const OmsLedger& ledger, const core::Plan& plan) {
  if (ledger.run().plan_digest == 0 || ledger.run().plan_digest == plan.digest) return {};
  return "journal: " + path + " was written under a plan of digest " + recovery::hex_text(ledger.run().plan_digest) + ", this one has " +
         recovery::hex_text(plan.digest) + ": give the plan.json that belongs to it, as it was";
}

// False: the reader of our stdout is gone, or its disk is full.
bool write(const std::string& text) { return std::fwrite(text.data(), 1, text.size(), stdout) == text.size(); }
bool write_line(std::string line) { return write(line += '\n'); }

}  // namespace

Verdict unwritten(const char* what) {
  if (errno == EPIPE) std::_Exit(0);
  return refuse(std::string("journal: ") + what + " cannot be written (" + std::strerror(errno) +
                "): free some space, or write it elsewhere");
}

Verdict print_stat(const std::string& path, nlohmann::json& all) {
  const Survey found = survey(path, [](const journal::Record&) {});
  if (!found.content.error.empty()) return refuse(found.content.error);
  const nlohmann::json& added = all.emplace_back(figures(found));
  const journal::FileContent& content = found.content;
  std::printf("%s\n", path.c_str());
  std::printf("  run      %s, %s\n", content.run_id.c_str(), owner_text(content.venue).c_str());
  std::printf("  size     %s in %s, %s\n", counted(content.records, "record").c_str(), counted(content.blocks, "block").c_str(),
              counted(content.bytes, "byte").c_str());
  if (content.first_record > 1)
    std::printf("  begins   with record %llu, block %llu\n", static_cast<unsigned long long>(content.first_record),
                static_cast<unsigned long long>(content.first_block));
  if (content.records != 0)
    std::printf("  feed     messages %llu to %llu\n", static_cast<unsigned long long>(found.first_feed),
                static_cast<unsigned long long>(found.last_feed));
  for (const auto& [type, count] : added["types"].items()) std::printf("  %-16s %12llu\n", type.c_str(), count.get<unsigned long long>());
  std::printf("  end      %s\n", describe_end(content).c_str());
  return Verdict::Good;
}

Verdict verify(const std::string& path, nlohmann::json& all) {
  const Survey found = survey(path, [](const journal::Record&) {});
  const Verdict verdict = judge(found);
  if (verdict == Verdict::Unreadable) return verdict;
  nlohmann::json& added = all.emplace_back(figures(found));
  added["damage"] = found.damage();
  if (verdict == Verdict::Good)
    say(path,
        counted(found.content.records, "record") + " in " + counted(found.content.blocks, "block") + ", " + describe_end(found.content));
  return verdict;
}

namespace {

Verdict verify_oms(const std::string& path, const journal::FileContent& head, const core::Plan& plan, const SnapshotUse& snapshots,
                   nlohmann::json& all) {
  OmsLedger ledger;
  const ReplayStart start = start_ledger(ledger, path, head, ~0ull, snapshots);
  if (!start.error.empty()) return refuse(start.error);
  bool sound = true;
  const Survey found =
      survey(path, [&](const journal::Record& record) { sound = sound && (record.sequence <= start.behind || ledger.take(record)); });
  const Verdict verdict = judge(found);
  if (verdict == Verdict::Unreadable) return verdict;
  if (const std::string other = other_plan(path, ledger, plan); !other.empty()) return refuse(other);
  nlohmann::json& added = all.emplace_back(figures(found));
  added["damage"] = found.damage();
  added["replay"] = {
      {"equal", sound}, {"inputs", ledger.answers()}, {"outputs", ledger.decisions()}, {"difference", ledger.contradiction()}};
  const std::string counts = "decided again " + counted(ledger.decisions(), "order") + ", heard " + counted(ledger.answers(), "answer");
  if (!sound) {
    say(path, counts + ", then a contradiction: " + ledger.contradiction());
    return Verdict::Bad;
  }
  if (verdict == Verdict::Bad) return verdict;
  const bool ended = found.content.closed && found.content.end == journal::End::Clean;
  say(path, counts + ", equal" + (ended ? "" : " (" + describe_end(found.content) + ")"));
  return Verdict::Good;
}

}  // namespace

Verdict verify_by_replay(const std::string& path, const core::Plan& plan, const SnapshotUse& snapshots, nlohmann::json& all) {
  // Before a pass is spent on it.
  const journal::FileContent head = journal::FileReader(path).content();
  if (!head.error.empty()) return refuse(head.error);
  if (const std::string wrong = wrong_plan(path, head, plan); !wrong.empty()) return refuse(wrong);
  if (head.venue == journal::kOmsJournal) return verify_oms(path, head, plan, snapshots, all);
  recovery::Replay replay(plan, head.venue);
  const ReplayStart start = start_replay(replay, path, head, ~0ull, snapshots);
  if (!start.error.empty()) return refuse(start.error);
  bool equal = true;
  const Survey found =
      survey(path, [&](const journal::Record& record) { equal = equal && (record.sequence <= start.behind || replay.take(record)); });
  const Verdict verdict = judge(found);
  if (verdict == Verdict::Unreadable) return verdict;
  if (verdict == Verdict::Good) equal = equal && replay.finish(found.content.closed);

  nlohmann::json& added = all.emplace_back(figures(found));
  added["damage"] = found.damage();
  added["replay"] = {{"equal", equal}, {"inputs", replay.inputs()}, {"outputs", replay.outputs()}, {"difference", replay.difference()}};
  if (!start.snapshot.empty()) added["replay"]["snapshot"] = {{"file", start.snapshot}, {"record", start.behind}};
  const std::string counts = "replayed " + counted(replay.inputs(), "input") + ", " + counted(replay.outputs(), "output") +
                             (start.snapshot.empty() ? "" : " behind record " + std::to_string(start.behind) + ", from " + start.snapshot) +
                             ", ";
  if (!equal) {
    say(path, counts + "then a difference: " + replay.difference());
    return Verdict::Bad;
  }
  if (verdict == Verdict::Bad) return verdict;
  const bool ended = found.content.closed && found.content.end == journal::End::Clean;
  say(path, counts + "equal" + (ended ? "" : " (" + describe_end(found.content) + ")"));
  return Verdict::Good;
}

Verdict print_books(const std::string& path, const core::Plan& plan, const BookQuery& query, const SnapshotUse& snapshots,
                    nlohmann::json& all) {
  journal::FileReader reader(path);
  const journal::FileContent& content = reader.content();
  if (!content.error.empty()) return refuse(content.error);
  if (content.venue == journal::kOmsJournal)
    return refuse("journal: " + path + " is the OMS's, which has no venue's books: give it to `journal positions`");
  if (const std::string wrong = wrong_plan(path, content, plan); !wrong.empty()) return refuse(wrong);
  recovery::Replay replay(plan, content.venue);
  const ReplayStart start = start_replay(replay, path, content, query.until == 0 ? ~0ull : query.until, snapshots);
  if (!start.error.empty()) return refuse(start.error);

  std::uint64_t taken = start.behind;
  bool equal = true, more = true;
  journal::Record record;
  std::optional<Progress> progress(std::in_place, progress_terminal(false), path);
  while (equal && (more = reader.next(record))) {
    progress->at(content.bytes);
    if (record.sequence <= start.behind) continue;
    // An order's terms stand behind it and belong to it.
    if (query.until != 0 && taken >= query.until && record.type != journal::RecordType::OrderTerms) break;
    equal = replay.take(record);
    taken = record.sequence;
  }
  progress.reset();  // its line must be gone when the books are printed
  equal = equal && replay.settle(more ? &record : nullptr);
  if (!equal) {
    say(path, "no book can be shown, for the replay differs before it: " + replay.difference());
    return Verdict::Bad;
  }
  if (taken < query.until) {
    const Verdict ended = refuse("journal: " + path + " ends with record " + std::to_string(taken) + " (" + describe_end(content) +
                                 "): write --until " + std::to_string(taken) + " or less");
    return content.end == journal::End::Broken ? Verdict::Bad : ended;
  }
  const std::uint64_t until = query.until == 0 ? taken : query.until;
  const venue::MatchingEngine& engine = replay.engine();
  const std::vector<SymbolBook> books = books_of(engine, feed::max_locate(plan.feed), query.symbol);
  nlohmann::json shown = nlohmann::json::array();
  for (const SymbolBook& book : books) shown.push_back(book_json(book));
  all.push_back({{"file", path},
                 {"run_id", content.run_id},
                 {"venue", content.venue},
                 {"until", until},
                 {"feed_sequence", replay.applied()},
                 {"market_ns", engine.market_ns()},
                 {"books", shown}});
  std::string text = path + ": venue " + std::to_string(content.venue) + " behind record " + std::to_string(until) + ", feed message " +
                     std::to_string(replay.applied()) + ", market time " + recovery::time_of_day(engine.market_ns()) + "\n";
  for (const SymbolBook& book : books) text += book_table(book, query.levels);
  if (books.empty()) text += query.symbol.empty() ? "nothing rests\n" : "nothing rests in " + query.symbol + "\n";
  return write(text) && std::fflush(stdout) == 0 ? Verdict::Good : unwritten("the books");
}

Verdict print_positions(const std::string& path, const core::Plan* plan, std::uint64_t until, const SnapshotUse& snapshots,
                        nlohmann::json& all) {
  journal::FileReader reader(path);
  const journal::FileContent& content = reader.content();
  if (!content.error.empty()) return refuse(content.error);
  if (content.venue != journal::kOmsJournal)
    return refuse("journal: " + path + " is of " + owner_text(content.venue) + ": positions stand in the OMS's journal, journal-oms.hsj");
  if (plan != nullptr)
    if (const std::string wrong = wrong_plan(path, content, *plan); !wrong.empty()) return refuse(wrong);
  OmsLedger ledger;
  const ReplayStart start = start_ledger(ledger, path, content, until == 0 ? ~0ull : until, snapshots);
  if (!start.error.empty()) return refuse(start.error);
  std::uint64_t taken = start.behind;
  bool sound = true;
  {
    Progress progress(progress_terminal(false), path);
    for (journal::Record record; sound && (until == 0 || taken < until) && reader.next(record);) {
      progress.at(content.bytes);
      if (record.sequence <= start.behind) continue;
      sound = ledger.take(record);
      taken = record.sequence;
    }
  }
  if (!sound) {
    say(path, "nothing can be rebuilt behind record " + std::to_string(taken - 1) + ": " + ledger.contradiction());
    return Verdict::Bad;
  }
  if (plan != nullptr)
    if (const std::string other = other_plan(path, ledger, *plan); !other.empty()) return refuse(other);
  if (taken < until)
    return refuse("journal: " + path + " ends with record " + std::to_string(taken) + " (" + describe_end(content) + "): write --until " +
                  std::to_string(taken) + " or less");
  nlohmann::json& added = all.emplace_back(ledger_json(ledger));
  added["file"] = path;
  added["run_id"] = content.run_id;
  added["until"] = taken;
  added["feed_sequence"] = ledger.feed_sequence();
  added["market_ns"] = ledger.market_ns();
  const std::string head = path + ": the OMS behind record " + std::to_string(taken) + ", feed message " +
                           std::to_string(ledger.feed_sequence()) + ", market time " + recovery::time_of_day(ledger.market_ns()) + "\n";
  if (!write(head + ledger_text(ledger)) || std::fflush(stdout) != 0) return unwritten("the positions");
  if (until != 0 || content.end == journal::End::Clean) return Verdict::Good;
  std::fprintf(stderr, "%s: %s\n", path.c_str(), describe_end(content).c_str());
  return content.end == journal::End::Broken ? Verdict::Bad : Verdict::Good;
}

Verdict dump(const std::string& path, bool json, bool heading) {
  journal::FileReader reader(path);
  if (!reader.content().error.empty()) return refuse(reader.content().error);
  bool written = json || !heading || write_line(recovery::table_heading());
  {
    Progress progress(progress_terminal(true), path);
    for (journal::Record record; written && reader.next(record); progress.at(reader.content().bytes))
      written = write_line(json ? recovery::json_line(record) : recovery::table_line(record));
  }
  if (!written || std::fflush(stdout) != 0) return unwritten("the dump");
  if (reader.content().end == journal::End::Clean) return Verdict::Good;
  std::fprintf(stderr, "%s: %s\n", path.c_str(), describe_end(reader.content()).c_str());
  return reader.content().end == journal::End::Broken ? Verdict::Bad : Verdict::Good;
}

}  // namespace hopscope::journal_tool
