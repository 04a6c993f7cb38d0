// Crashes journals and recovers them.
//
//   hopscope-torture journal ROUNDS [--seed SEED] [--directory DIRECTORY]
//   hopscope-torture recovery RECORDS [--seed SEED] [--directory DIRECTORY]
//   hopscope-torture snapshot ORDERS [--directory DIRECTORY]
//
// Exit codes: 0 all is well, 1 something was lost, believed or not reported that should not have been, 2 nothing could be tried.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <string>
#include <string_view>

#include "engine/torture/journal_torture.h"
#include "engine/torture/kill_round.h"
#include "engine/torture/recovery_time.h"
#include "engine/torture/scratch_directory.h"
#include "engine/torture/snapshot_time.h"

namespace hopscope::torture {
namespace {

constexpr char kUsage[] =
    "usage: hopscope-torture journal ROUNDS [--seed SEED] [--directory DIRECTORY]\n"
    "       hopscope-torture recovery RECORDS [--seed SEED] [--directory DIRECTORY]\n"
    "       hopscope-torture snapshot ORDERS [--directory DIRECTORY]\n"
    "\n"
    "  journal      crashes a journal ROUNDS times, on a fault-injecting device or with kill -9, and judges what is recovered\n"
    "  recovery     measures how long it takes to recover RECORDS records\n"
    "  snapshot     measures how long a snapshot of a venue in which ORDERS rest takes, and a start from it\n"
    "  --seed       of the first round, the next has SEED + 1; drawn when not given\n"
    "  --directory  where files are written, on a disk; the current one when not given\n";

struct Arguments {
  std::string command;
  std::uint64_t count = 0;
  std::uint64_t seed = 0;
  std::string directory = ".";
};

bool read_number(const char* text, std::uint64_t& number) {
  char* end = nullptr;
  number = std::strtoull(text, &end, 10);
  return text[0] >= '0' && text[0] <= '9' && *end == '\0';
}

bool read_arguments(int argc, char** argv, Arguments& arguments) {
  if (argc < 3 || argc % 2 == 0) return false;
  arguments.command = argv[1];
  if (arguments.command != "journal" && arguments.command != "recovery" && arguments.command != "snapshot") return false;
  if (!read_number(argv[2], arguments.count) || arguments.count == 0) return false;
  arguments.seed = std::random_device{}();
  for (int at = 3; at < argc; at += 2) {
    const std::string_view option = argv[at];
    if (option == "--directory") {
      arguments.directory = argv[at + 1];
    } else if (option != "--seed" || !read_number(argv[at + 1], arguments.seed)) {
      return false;
    }
  }
  return true;
}

int run_rounds(const Arguments& arguments, const std::string& directory) {
  std::printf("journal: %" PRIu64 " rounds from seed %" PRIu64 "\n", arguments.count, arguments.seed);
  const Tally tally = torture_journal(arguments.count, arguments.seed, directory, [](std::uint64_t seed, const std::string& wrong) {
    std::printf("FAILED: %s\n  again: npm run torture -- journal 1 --seed %" PRIu64 "\n", wrong.c_str(), seed);
    std::fflush(stdout);
  });
  std::printf("%sjournal: %" PRIu64 " rounds, %" PRIu64 " failed\n", describe(tally).c_str(), tally.rounds, tally.failed);
  return tally.failed == 0 ? 0 : 1;
}

int run_recovery(const Arguments& arguments, const std::string& directory) {
  RecoveryTime measured;
  const std::string wrong = measure_recovery(arguments.count, arguments.seed, directory, measured);
  if (!wrong.empty()) {
    std::printf("FAILED: %s\n  again: npm run torture -- recovery %" PRIu64 " --seed %" PRIu64 "\n", wrong.c_str(), arguments.count,
                arguments.seed);
    return 1;
  }
  std::printf("recovery: %" PRIu64 " records (%" PRIu64 " blocks, %.1f MB) in %.2f s, %.0f ns a record, reading and replay\n",
              measured.records, measured.blocks, static_cast<double>(measured.bytes) / 1e6, measured.seconds,
              measured.seconds * 1e9 / static_cast<double>(measured.records));
  std::printf("  books, open orders and positions equal those of an uninterrupted run (compared in %.2f s); the second start was clean\n",
              measured.comparison_seconds);
  return 0;
}

int run_snapshot(const Arguments& arguments, const std::string& directory) {
  SnapshotTime measured;
  const std::string wrong = measure_snapshot(arguments.count, directory, measured);
  if (!wrong.empty()) {
    std::printf("FAILED: %s\n", wrong.c_str());
    return 1;
  }
  std::printf("snapshot: %" PRIu64 " orders (%" PRIu64 " of clients) in %" PRIu64 " symbols, %.1f MB, taken in %.3f s\n", measured.orders,
              measured.client_orders, measured.symbols, static_cast<double>(measured.bytes) / 1e6, measured.take_seconds);
  std::printf("  start from it: read and checked in %.3f s, restored in %.3f s, and %.0f ns a feed message that it has seen\n",
              measured.check_seconds, measured.restore_seconds, measured.skip_ns);
  return 0;
}

int run(const Arguments& arguments) {
  const ScratchDirectory scratch(arguments.directory);
  if (scratch.path().empty()) {
    std::fprintf(stderr, "torture: no directory can be created in %s: name another with --directory\n", arguments.directory.c_str());
    return 2;
  }
  if (const std::string error = check_directory(scratch.path()); !error.empty()) {
    std::fprintf(stderr, "torture: name another place with --directory: %s\n", error.c_str());
    return 2;
  }
  if (arguments.command == "snapshot") return run_snapshot(arguments, scratch.path());
  return arguments.command == "journal" ? run_rounds(arguments, scratch.path()) : run_recovery(arguments, scratch.path());
}

}  // namespace
}  // namespace hopscope::torture

int main(int argc, char** argv) try {
  hopscope::torture::Arguments arguments;
  if (hopscope::torture::read_arguments(argc, argv, arguments)) return hopscope::torture::run(arguments);
  std::fputs(hopscope::torture::kUsage, stderr);
  return 2;
} catch (const std::exception& error) {  // no memory, most likely
  std::fprintf(stderr, "torture: %s: free some memory\n", error.what());
  return 2;
}
