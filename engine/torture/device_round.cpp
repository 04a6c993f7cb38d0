#include "engine/torture/device_round.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "engine/torture/draws.h"
#include "engine/torture/expectation.h"
#include "engine/torture/faulty_device.h"
#include "engine/torture/image_file.h"
#include "engine/torture/journal_writer.h"
#include "engine/torture/recovery.h"
#include "engine/torture/venue_run.h"

namespace hopscope::torture {
namespace {

constexpr std::uint64_t kDeviceBytes = 3 << 20;
constexpr std::uint32_t kMostEvents = 4'000;          // records appended and looks at the device, until the cut
constexpr std::uint64_t kMostFeedMessages = 100'000;  // a round comes to a tenth of it
constexpr std::uint64_t kRun = 0x746f7274757265ull, kOlderRun = kRun + 1;

journal::JournalIdentity identity_of(std::uint64_t run) { return {run, kVenue, journal::kFileAlignmentBytes}; }

// Runs the plan's venue for so many events, or until the device is full; the device is looked at never, once or a few times a record.
void run_venue(const core::Plan& plan, JournalWriter& writer, std::uint32_t events, core::Random& random) {
  VenueRun run(plan);
  while (events > 0 && writer.error().empty()) {
    for (const journal::Record& record : run.step()) {
      for (std::uint32_t looks = random.below(3); looks > 0 && events > 0; --looks, --events) writer.poll();
      while (events > 0 && writer.error().empty() && !writer.append(record)) {
        writer.poll();
        --events;
      }
      if (events == 0 || !writer.error().empty()) return;
      --events;
    }
  }
}

class Judge {
 public:
  Judge(Tally& tally, bool promised, std::uint64_t acknowledged) : tally_(tally), promised_(promised), acknowledged_(acknowledged) {}

  std::string judge(const core::Plan& plan, std::span<const std::byte> image, const Expectation& expected, Damage damage) {
    const ImageFile file(image);
    if (file.path().empty()) return "no memory for an image: free some memory";
    Recovery recovery(plan);
    recovery.run(file.path());
    const journal::FileContent& content = recovery.content();
    if (expected.readable != content.error.empty())
      return content.error.empty() ? "a damaged superblock was believed" : "a whole superblock was refused: " + content.error;
    if (std::string wrong = compare_with_uninterrupted(plan, file.path(), recovery); !wrong.empty()) return wrong;
    if (!expected.readable) {
      tally_.reported += promised_ && acknowledged_ != 0;
      return {};
    }
    tally_.left_out += recovery.settled() != content.records;
    if (content.records != expected.records)
      return std::to_string(content.records) + " records were returned, the blocks that are whole hold " + std::to_string(expected.records);
    if (expected.whole_block_follows && content.end != journal::End::Broken) return "a whole block behind the end was not seen";
    return damage == Damage::None ? judge_undamaged(content, expected) : judge_damaged(content, expected);
  }

 private:
  std::string judge_undamaged(const journal::FileContent& content, const Expectation& expected) {
    if (!expected.whole_block_follows && content.end == journal::End::Broken) return "called broken, and no whole block follows";
    if (!promised_) return {};
    tally_.acknowledged += acknowledged_;
    tally_.recovered += content.records;
    if (content.records >= acknowledged_) return {};
    return std::to_string(acknowledged_) + " records were acknowledged as durable, " + std::to_string(content.records) + " are there";
  }

  std::string judge_damaged(const journal::FileContent& content, const Expectation& expected) {
    if (!promised_ || content.records >= acknowledged_) return {};
    if (content.end != journal::End::Clean) {
      ++tally_.reported;
      return {};
    }
    if (expected.damage_shows) return "acknowledged records were damaged, and the end was called clean";
    ++tally_.not_to_be_seen;
    return {};
  }

  Tally& tally_;
  const bool promised_;  // what was acknowledged had to survive the cut
  const std::uint64_t acknowledged_;
};

}  // namespace

std::string run_device_round(const DeviceRound& round, Tally& tally) {
  core::Random random = random_of(round.seed, Draws::Round);
  DeviceTraits traits;
  traits.size_bytes = kDeviceBytes;
  traits.depth = 1 + random.below(4);
  traits.latency = 2u << random.below(7);  // from faster than the records come to so slow that the journal has to wait for it
  traits.flushes = random.below(3) != 0;
  traits.forgets = round.forgets;
  const Cut cut = random.below(3) == 0 ? Cut::Kill : Cut::Power;
  const auto block_bytes = static_cast<std::uint32_t>(journal::kFileAlignmentBytes << random.below(3));
  FaultyDevice device(traits, random_of(round.seed, Draws::Device));

  // A device that another run has used, with blocks in the same places and with the same numbers: only its run key tells them apart.
  if (random.below(2) == 0) {
    ++tally.used_devices;
    JournalWriter older(device, identity_of(kOlderRun), block_bytes, random_of(round.seed, Draws::Layout));
    run_venue(plan_of(~round.seed, kMostFeedMessages), older, 1 + random.below(kMostEvents), random);
    device.close();
  }

  const core::Plan plan = plan_of(round.seed, kMostFeedMessages);
  const journal::Superblock superblock =
      journal::make_superblock(plan.run_id, kVenue, kRun, kDeviceBytes, journal::kFileAlignmentBytes, block_bytes);
  std::memcpy(device.medium().data(), &superblock, sizeof superblock);
  JournalWriter writer(device, identity_of(kRun), block_bytes, random_of(round.seed, Draws::Layout));
  run_venue(plan, writer, 1 + random.below(kMostEvents), random);
  device.cut(cut);
  ++(cut == Cut::Kill ? tally.device_kills : tally.power_cuts);
  tally.torn_blocks += device.torn();
  tally.lost_blocks += device.lost();

  std::vector<std::byte> image(device.medium().begin(), device.medium().end());
  tally.reordered += expect(image, superblock, writer.blocks()).whole_block_follows;
  core::Random damage_random = random_of(round.seed, Draws::Damage);
  const Damage damage = damage_medium(image, writer.blocks(), damage_random);
  ++tally.damages[static_cast<std::size_t>(damage)];
  const Expectation expected = expect(image, superblock, writer.blocks());
  return Judge(tally, traits.flushes || cut == Cut::Kill, writer.acknowledged()).judge(plan, image, expected, damage);
}

}  // namespace hopscope::torture
