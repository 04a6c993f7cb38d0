#include "engine/torture/device_round.h"

#include <optional>
#include <vector>

#include "engine/torture/device_run.h"
#include "engine/torture/draws.h"
#include "engine/torture/expectation.h"
#include "engine/torture/judgement.h"
#include "engine/torture/venue_run.h"

namespace hopscope::torture {
namespace {

constexpr std::uint64_t kDeviceBytes = 3 << 20;
constexpr std::uint64_t kSmallDeviceBytes = 128 << 10;  // fills up
constexpr std::uint32_t kMostEvents = 4'000;            // records appended and looks at the device, until the end
constexpr std::uint64_t kMostFeedMessages = 100'000;    // a round comes to a tenth of it
constexpr std::uint32_t kMostFaultyWrite = 40;

core::Plan plan_on(std::uint64_t seed, std::uint64_t device_bytes, std::uint32_t block_bytes) {
  core::Plan plan = plan_of(seed, kMostFeedMessages);
  plan.journal.block_bytes = block_bytes;
  plan.journal.size_bytes = device_bytes;
  return plan;
}

DeviceTraits draw_traits(core::Random& random, bool forgets) {
  DeviceTraits traits;
  traits.depth = 1 + random.below(4);
  traits.latency = 2u << random.below(7);  // from faster than the records come to so slow that the journal has to wait for it
  traits.flushes = random.below(3) != 0;
  traits.forgets = forgets;
  return traits;
}

bool is_full(const DeviceRun& run) {
  const auto& blocks = run.device().blocks();
  const std::uint64_t used = blocks.empty() ? journal::kSuperblockBytes : blocks.back().offset + blocks.back().stored_bytes;
  return used + run.plan().journal.block_bytes > run.device().size_bytes() && run.error().find(" is full after ") != std::string::npos;
}

// What the journal had to say of its device, once it is closed or has failed.
std::string judge_error(const DeviceRun& run, bool closed) {
  const std::string& error = run.error();
  if (!run.wrong().empty()) return run.wrong();
  if (error.find('\n') != std::string::npos) return "its error is more than a line: " + error;
  if (run.device().fault_met()) return closed && error.empty() ? "the device failed, and the journal was closed without a word" : "";
  if (!error.empty() && !is_full(run)) return "it failed on a device that works: " + error;
  if (closed && error.empty() && run.acknowledged() != run.appended())
    return "closed, and " + std::to_string(run.acknowledged()) + " of " + std::to_string(run.appended()) + " records are acknowledged";
  return {};
}

}  // namespace

std::string run_device_round(const DeviceRound& round, Tally& tally) {
  core::Random random = random_of(round.seed, Draws::Round);
  DeviceTraits traits = draw_traits(random, round.forgets);
  const Cut cut = random.below(3) == 0 ? Cut::Kill : Cut::Power;
  const auto block_bytes = static_cast<std::uint32_t>(journal::kFileAlignmentBytes << random.below(3));
  const std::uint64_t device_bytes = random.below(10) == 0 ? kSmallDeviceBytes : kDeviceBytes;
  std::vector<std::byte> medium(device_bytes);
  const core::Random layout = random_of(round.seed, Draws::Layout), device = random_of(round.seed, Draws::Device);

  // A device that another run has used, most often with blocks in the same places and with the same numbers: then only its run key tells
  // them apart.
  std::optional<DeviceRun> older;
  if (random.below(2) == 0) {
    ++tally.used_devices;
    const bool in_other_places = random.below(4) == 0;
    older.emplace(plan_on(~round.seed, device_bytes, block_bytes), traits, device, in_other_places ? random : layout, medium);
    older->run(1 + random.below(kMostEvents));
    if (random.below(2) == 0) older->close();
    older->cut(cut);
  }

  if (random.below(4) == 0) {
    traits.fault = static_cast<Fault>(1 + random.below(kFaults - 1));
    traits.faulty_write = random.below(kMostFaultyWrite);
  }
  DeviceRun run(plan_on(round.seed, device_bytes, block_bytes), traits, device, layout, medium);
  run.run(1 + random.below(kMostEvents));
  const bool patient = random.below(2) == 0;  // the venue is closed before anybody has noticed
  const bool closes = random.below(8) == 0 || !run.error().empty() || (run.device().fault_met() && patient);
  if (closes) run.close();
  run.cut(cut);
  tally.faults[static_cast<std::size_t>(traits.fault)] += run.device().fault_met();
  tally.full += is_full(run);
  ++(closes ? tally.closed : cut == Cut::Kill ? tally.device_kills : tally.power_cuts);
  tally.torn_blocks += run.device().torn();
  tally.lost_blocks += run.device().lost();
  if (std::string wrong = judge_error(run, closes); !wrong.empty()) return wrong;

  const WrittenJournal written{.plan = run.plan(),
                               .superblock = run.device().superblock(),
                               .blocks = run.device().blocks(),
                               .acknowledged = run.acknowledged(),
                               .promised = traits.flushes || cut == Cut::Kill || closes,
                               .closed_well = closes && run.error().empty()};
  std::vector<std::byte> image = medium;
  tally.reordered += expect(image, written.superblock, written.blocks).whole_block_follows;
  core::Random damage_random = random_of(round.seed, Draws::Damage);
  const Damage damage = damage_medium(image, written.blocks, damage_random);
  ++tally.damages[static_cast<std::size_t>(damage)];
  if (older) {
    // Where the new superblock has not reached the medium, the older journal is what stands there, as far as it has not been overwritten.
    const WrittenJournal before{.plan = older->plan(), .superblock = older->device().superblock(), .blocks = older->device().blocks()};
    const bool lost = written.promised && written.acknowledged != 0 && damage == Damage::None;
    if (!lost && superblock_stands(image, before)) return judge(before, image, damage, tally);
  }
  return judge(written, image, damage, tally);
}

}  // namespace hopscope::torture
