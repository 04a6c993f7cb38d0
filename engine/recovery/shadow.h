// The shadow of a venue or of the OMS: does again, on the housekeeping CPU, what the durable part of its journal says, and takes snapshots
// of what it has come to. Whoever writes the journal is never stopped for one.
//
// It sleeps while there is nothing new, and gives way to the others on its CPU. When it falls behind, snapshots come later. An error ends
// the shadow, not the run: the journal still holds all that happened.
//
// Two snapshots are kept, so that a damaged one leaves the one before; what may be released of the journal is what the older one has.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "engine/core/plan.h"
#include "engine/journal/block_progress.h"
#include "engine/journal/following_reader.h"
#include "engine/recovery/shadow_outcome.h"
#include "engine/recovery/shadowed.h"
#include "engine/recovery/snapshot_writer.h"

namespace hopscope::recovery {

class Shadow {
 public:
  // venue: index, or journal::kOmsJournal. release(block): neither of the two newest snapshots needs the journal up to this block. Called
  // from the shadow's thread.
  Shadow(const core::Plan& plan, unsigned venue, const journal::BlockProgress& progress,
         std::function<void(std::uint64_t block)> release = {});
  Shadow(const Shadow&) = delete;
  Shadow& operator=(const Shadow&) = delete;
  ~Shadow() { stop(); }

  // The journal must be open. Empty string, or one line with its remedy.
  std::string start();
  // Waits until a snapshot that is being taken is whole. While the journal's file is still there.
  void stop();

  // After stop().
  const ShadowOutcome& outcome() const { return outcome_; }

 private:
  std::string settle() const;
  void run();
  std::string owner() const;
  bool follow();
  void take_snapshot();

  const core::Plan& plan_;
  const unsigned venue_;
  const journal::BlockProgress& progress_;
  const std::function<void(std::uint64_t)> release_;
  journal::FollowingReader reader_;
  const std::unique_ptr<Shadowed> shadowed_;
  SnapshotWriter writer_;
  std::uint64_t due_;                // record
  std::uint64_t before_record_ = 0;  // of the snapshot before the newest; 0: there is none
  std::uint64_t newest_block_ = 0;   // of the journal, that the newest one does not need
  ShadowOutcome outcome_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace hopscope::recovery
