// hopscope-journal: looks into the journal files of a run. `hopscope journal` finds them and starts it; it needs no other part of hopscope.
//
// Exit codes: 0 all is well; 1 a journal is damaged, or its replay differs; 2 the command line, a file or the plan cannot be used.
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/plan.h"
#include "engine/journal_tool/commands.h"
#include "engine/journal_tool/decisions.h"

namespace {

using hopscope::journal_tool::Verdict;

constexpr char kUsage[] =
    "usage: hopscope-journal stat FILE... [--figures OUT]\n"
    "       hopscope-journal dump FILE... [--json]\n"
    "       hopscope-journal verify FILE... [--replay --plan PLAN [--from-snapshot] [--snapshots DIR]] [--figures OUT]\n"
    "       hopscope-journal replay FILE... --plan PLAN [--until SEQ] [--symbol SYMBOL] [--levels N] [--from-snapshot] [--snapshots DIR]\n"
    "                               [--figures OUT]\n"
    "       hopscope-journal positions FILE... [--plan PLAN] [--until SEQ] [--from-snapshot] [--snapshots DIR] [--figures OUT]\n"
    "       hopscope-journal decisions FILE... [--most N] [--after-message SEQ]\n";

struct Arguments {
  std::string command, plan, figures;
  std::vector<std::string> files;
  bool json = false, replay = false;
  hopscope::journal_tool::BookQuery book;
  bool asks_for_book = false;  // by one of its options
  bool asks_for_until = false;
  hopscope::journal_tool::SnapshotUse snapshots;
  hopscope::journal_tool::DecisionQuery decisions;
  bool asks_for_decisions = false;  // by one of its options
};

// A whole number above 0, and nothing behind it.
template <class Number>
bool read_number(std::string_view text, Number& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc() && end == text.data() + text.size() && to > 0;
}

bool read_arguments(int argc, char** argv, Arguments& to) {
  if (argc < 2) return false;
  to.command = argv[1];
  for (int i = 2; i < argc; ++i) {
    const std::string_view word = argv[i];
    const bool more = i + 1 < argc;
    if (word == "--json") {
      to.json = true;
    } else if (word == "--replay") {
      to.replay = true;
    } else if (word == "--from-snapshot") {
      to.snapshots.wanted = true;
    } else if (word == "--snapshots" && more) {
      to.snapshots.directory = argv[++i];
    } else if (word == "--plan" && more) {
      to.plan = argv[++i];
    } else if (word == "--figures" && more) {
      to.figures = argv[++i];
    } else if (word == "--until" && more) {
      to.asks_for_until = true;
      if (!read_number(argv[++i], to.book.until)) return false;
    } else if (word == "--most" && more) {
      to.asks_for_decisions = true;
      if (!read_number(argv[++i], to.decisions.most)) return false;
    } else if (word == "--after-message" && more) {
      to.asks_for_decisions = true;
      if (!read_number(argv[++i], to.decisions.after_message)) return false;
    } else if (word == "--levels" && more) {
      to.asks_for_book = true;
      if (!read_number(argv[++i], to.book.levels)) return false;
    } else if (word == "--symbol" && more) {
      to.asks_for_book = true;
      to.book.symbol = argv[++i];
    } else if (word.starts_with("--")) {
      return false;
    } else {
      to.files.emplace_back(word);
    }
  }
  const bool dumps = to.command == "dump", verifies = to.command == "verify", stats = to.command == "stat",
             replays = to.command == "replay", positions = to.command == "positions", decides = to.command == "decisions";
  const bool asks_for_snapshot = to.snapshots.wanted || !to.snapshots.directory.empty();
  return (replays || positions || to.replay || !asks_for_snapshot) && (dumps || verifies || stats || replays || positions || decides) &&
         !to.files.empty() && (dumps || !to.json) && ((!dumps && !decides) || to.figures.empty()) && (decides || !to.asks_for_decisions) &&
         (positions || (to.replay || replays) == !to.plan.empty()) && (verifies || !to.replay) && (replays || !to.asks_for_book) &&
         (replays || positions || !to.asks_for_until);
}

bool write_figures(const std::string& path, const nlohmann::json& figures) {
  std::ofstream file(path);
  file << figures.dump(2) << '\n';
  file.close();
  if (file) return true;
  std::fprintf(stderr, "journal: %s cannot be written: name another file\n", path.c_str());
  return false;
}

Verdict run(const Arguments& arguments) {
  namespace tool = hopscope::journal_tool;
  hopscope::core::Plan plan;
  if (!arguments.plan.empty()) {
    if (const std::string error = hopscope::core::read_plan(arguments.plan, plan); !error.empty()) {
      std::fprintf(stderr, "journal: plan %s\n", error.c_str());
      return Verdict::Unreadable;
    }
  }
  nlohmann::json figures = nlohmann::json::array();
  Verdict worst = Verdict::Good;
  for (const std::string& file : arguments.files) {
    const Verdict verdict = arguments.command == "dump"        ? tool::dump(file, arguments.json, file == arguments.files.front())
                            : arguments.command == "stat"      ? tool::print_stat(file, figures)
                            : arguments.command == "replay"    ? tool::print_books(file, plan, arguments.book, arguments.snapshots, figures)
                            : arguments.command == "positions" ? tool::print_positions(file, arguments.plan.empty() ? nullptr : &plan,
                                                                                       arguments.book.until, arguments.snapshots, figures)
                            : arguments.command == "decisions" ? tool::print_decisions(file, arguments.decisions)
                            : arguments.replay                 ? tool::verify_by_replay(file, plan, arguments.snapshots, figures)
                                                               : tool::verify(file, figures);
    worst = std::max(worst, verdict);
  }
  if (!arguments.figures.empty() && !write_figures(arguments.figures, figures)) return Verdict::Unreadable;
  return worst;
}

}  // namespace

int main(int argc, char** argv) try {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that has seen enough is no error: dump() ends quietly
  Arguments arguments;
  if (!read_arguments(argc, argv, arguments)) {
    std::fputs(kUsage, stderr);
    return static_cast<int>(Verdict::Unreadable);
  }
  return static_cast<int>(run(arguments));
} catch (const std::exception& error) {  // no memory, most likely
  std::fprintf(stderr, "journal: %s: name fewer files, or free some memory\n", error.what());
  return static_cast<int>(Verdict::Unreadable);
}
