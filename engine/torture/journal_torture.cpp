#include "engine/torture/journal_torture.h"

#include "engine/torture/device_round.h"
#include "engine/torture/draws.h"
#include "engine/torture/kill_round.h"

namespace hopscope::torture {
namespace {

bool kills_a_process(std::uint64_t seed) { return random_of(seed, Draws::Kind).below(kRoundsToAKill) == 0; }

}  // namespace

Tally torture_journal(std::uint64_t rounds, std::uint64_t first_seed, const std::string& directory,
                      const std::function<void(std::uint64_t, const std::string&)>& on_failure) {
  Tally tally;
  for (std::uint64_t seed = first_seed; tally.rounds < rounds; ++seed) {
    ++tally.rounds;
    const std::string wrong = kills_a_process(seed) ? run_kill_round(seed, directory, tally) : run_device_round({.seed = seed}, tally);
    if (wrong.empty()) continue;
    ++tally.failed;
    on_failure(seed, wrong);
  }
  return tally;
}

std::string describe(const Tally& tally) {
  const auto count = [](std::uint64_t n) { return std::to_string(n); };
  const auto damaged = [&](Damage damage) { return count(tally.damages[static_cast<std::size_t>(damage)]); };
  const auto faulty = [&](Fault fault) { return count(tally.faults[static_cast<std::size_t>(fault)]); };
  return "  ends     " + count(tally.power_cuts) + " power cuts, " + count(tally.device_kills) +
         " deaths of the process with the device alive, " + count(tally.process_kills) + " by kill -9 of a process that writes a file, " +
         count(tally.closed) + " closed; " + count(tally.used_devices) + " on devices with an older journal\n" + "  devices  " +
         faulty(Fault::Fails) + " failed a write, " + faulty(Fault::Refuses) + " refused one, " + faulty(Fault::Hangs) + " hung, " +
         count(tally.full) + " were full\n" + "  writes   " + count(tally.torn_blocks) + " blocks torn, " + count(tally.lost_blocks) +
         " lost, in " + count(tally.reordered) + " rounds a later one survived\n" + "  damage   " + damaged(Damage::Truncation) +
         " truncations, " + damaged(Damage::BitFlips) + " with flipped bits, " + damaged(Damage::MisplacedBlock) +
         " with blocks out of place; it hit acknowledged records in " + count(tally.reported + tally.not_to_be_seen) +
         " rounds and was reported in " + count(tally.reported) + " of them, in " + count(tally.not_to_be_seen) +
         " nothing was left to see it by\n" + "  records  " + count(tally.acknowledged) + " acknowledged on media without damage, " +
         count(tally.recovered) + " recovered there; in " + count(tally.left_out) +
         " rounds the last request had no answer yet and was left out\n";
}

}  // namespace hopscope::torture
