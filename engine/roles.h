// The roles of a plan (feed, OMS, venues) with their journals and the shadows that take snapshots, made for one network and added to the
// reactors of the lcores that the plan gives them.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/clock.h"
#include "engine/core/counters.h"
#include "engine/core/lockstep.h"
#include "engine/core/page.h"
#include "engine/core/plan.h"
#include "engine/engine_thread.h"
#include "engine/feed/feed.h"
#include "engine/journal/journal.h"
#include "engine/journal/spdk_device.h"
#include "engine/net/link.h"
#include "engine/net/mold_receiver.h"
#include "engine/oms/oms.h"
#include "engine/placement.h"
#include "engine/probe/slots.h"
#include "engine/probe/synthetic_orders.h"
#include "engine/recovery/shadow.h"
#include "engine/venue/venue.h"

namespace hopscope {

template <class Network>
class Roles {
 public:
  using Port = typename Network::Port;
  using Venue = venue::Venue<Port>;

  Roles(const core::Plan& plan, core::Page& page)
      : plan_(plan), page_(page), packets_(packet_slots(plan)), capsules_(plan.venues, Network::kInFlight) {
    lockstep_.enabled = plan.pacing == core::Pacing::Lockstep;
    lockstep_.venues = plan.venues;
  }

  // threads: one an lcore, their probes open. mass_cancel_repeat_ns: after which the OMS asks again. The feed may have an error().
  void make(Network& network, std::vector<EngineThread>& threads, const core::Calibration& calibration, double mass_cancel_repeat_ns) {
    recovery_ = {plan_.recovery.hold_packets, calibration.ticks(static_cast<double>(plan_.recovery.timeout_ns)), plan_.recovery.tries};
    std::vector<Port*> feed_to_venues, oms_to_venues;
    for (unsigned v = 0; v < plan_.venues; ++v) {
      feed_to_venues.push_back(&network.port("feed-venue" + std::to_string(v), net::End::A));
      oms_to_venues.push_back(&network.port("oms-venue" + std::to_string(v), net::End::A));
    }
    for (std::size_t i = 0; i < threads.size(); ++i) {
      EngineThread& thread = threads[i];
      counters_.push_back(&thread.emitter.counters());
      for (const std::string& role : plan_.lcores[i].roles) {
        if (role == "feed") {
          feed_ = std::make_unique<feed::Feed<Port>>(plan_, calibration, network.port("feed-oms", net::End::A), feed_to_venues, packets_,
                                                     lockstep_);
          thread.reactor.add(*feed_);
          counters_.push_back(&feed_->counters());
        } else if (role == "oms") {
          add_oms(thread, network, oms_to_venues, {page_->kill, page_->killed, calibration.ticks(mass_cancel_repeat_ns)});
          oms_->calibrate(calibration);
        } else {
          add_venue(thread, network, venue_index(role));
        }
      }
    }
    if (plan_.synthetic_rate == 0) return;
    EngineThread& first = threads.front();
    synthetic_ = std::make_unique<probe::SyntheticOrders>(first.emitter, plan_.synthetic_rate, plan_.seed, calibration);
    first.reactor.add(*synthetic_);
  }

  // By the thread whose roles they belong to. Empty, or one line.
  std::string open_journals(const EngineThread& thread) {
    for (const unsigned v : thread.venues)
      if (std::string error = open_journal(v); !error.empty()) return error;
    return thread.has_oms && oms_journal_ ? open_oms_journal() : std::string();
  }
  // Those of venues. The OMS's stays open until the end of the run stands in it.
  std::string close_journals(const EngineThread& thread) {
    std::string first;
    for (const unsigned v : thread.venues) {
      if (shadows_[v]) shadows_[v]->stop();
      const std::string error = journals_[v]->close();
      if (first.empty()) first = error;
    }
    return first;
  }
  // All threads have ended.
  void close_oms_journal() {
    if (oms_shadow_) oms_shadow_->stop();
    if (oms_journal_) oms_journal_->close();
  }

  feed::Feed<Port>& feed() { return *feed_; }
  oms::Oms<Port>& oms() { return *oms_; }
  const oms::Oms<Port>& oms() const { return *oms_; }
  const std::vector<std::unique_ptr<Venue>>& venues() const { return venues_; }
  const core::Lockstep& lockstep() const { return lockstep_; }
  probe::SyntheticOrders* synthetic() const { return synthetic_.get(); }  // null: none are asked for

  const std::vector<std::unique_ptr<journal::Journal>>& venue_journals() const { return journals_; }
  journal::Journal* oms_journal() const { return oms_journal_.get(); }  // null: the plan wants none
  // The OMS's and the venues', each of which ends the run where it fails or fills up.
  const std::vector<journal::Journal*>& journals() const { return all_journals_; }
  // visit(shadow) for each that takes snapshots.
  template <class Visit>
  void each_shadow(Visit&& visit) const {
    if (oms_shadow_) visit(*oms_shadow_);
    for (const auto& shadow : shadows_)
      if (shadow) visit(*shadow);
  }

  const std::vector<const core::Counters*>& counters() const { return counters_; }

  // Whatever was sent has been handled, and the feed has come to everyone.
  bool at_rest() const {
    return oms_->open_orders() == 0 && lockstep_.sessions_at_rest() && oms_->feed_ended() &&
           std::all_of(venues_.begin(), venues_.end(), [](const auto& venue) { return venue->feed_ended(); });
  }

 private:
  // Packets that wait for an earlier one are on their way longer than what a link holds; but a larger table is a slower one.
  static std::uint32_t packet_slots(const core::Plan& plan) {
    return plan.impair.any() ? std::bit_ceil(Network::kInFlight + plan.recovery.hold_packets) : Network::kInFlight;
  }

  void add_oms(EngineThread& thread, Network& network, const std::vector<Port*>& to_venues, const oms::KillWords& kill) {
    if (plan_.journal.oms) all_journals_.push_back((oms_journal_ = std::make_unique<journal::Journal>()).get());
    oms_ = std::make_unique<oms::Oms<Port>>(plan_, network.port("feed-oms", net::End::B), to_venues, packets_, capsules_, thread.emitter,
                                            thread.injector, lockstep_, kill, recovery_, oms_journal_.get());
    if (oms_journal_ && plan_.journal.snapshot_every != 0)
      oms_shadow_ = std::make_unique<recovery::Shadow>(plan_, journal::kOmsJournal, oms_journal_->progress(),
                                                       [to = oms_journal_.get()](std::uint64_t block) { to->reclaim(block); });
    thread.reactor.add(*oms_);
    if (oms_journal_) thread.reactor.add(*oms_journal_);
    thread.has_oms = true;
    counters_.push_back(&oms_->counters());
    counters_.push_back(&oms_->kill_guard().counters());
  }

  void add_venue(EngineThread& thread, Network& network, unsigned index) {
    const std::string suffix = "venue" + std::to_string(index);
    auto& journal = journals_.emplace_back(std::make_unique<journal::Journal>());
    all_journals_.push_back(journal.get());
    journal->set_trace_sink(thread.emitter);
    auto& venue = venues_.emplace_back(std::make_unique<Venue>(index, plan_, network.port("feed-" + suffix, net::End::B),
                                                               network.port("oms-" + suffix, net::End::B), *journal, capsules_,
                                                               thread.emitter, thread.injector, lockstep_, recovery_));
    thread.reactor.add(*venue);
    thread.reactor.add(*journal);
    thread.venues.push_back(static_cast<unsigned>(journals_.size() - 1));
    auto& shadow = shadows_.emplace_back();
    if (plan_.journal.snapshot_every != 0)
      shadow = std::make_unique<recovery::Shadow>(plan_, index, journal->progress(),
                                                  [to = journal.get()](std::uint64_t block) { to->reclaim(block); });
    counters_.push_back(&venue->counters());
    counters_.push_back(&journal->counters());
    venue_indices_.push_back(index);
  }

  std::string open_journal(unsigned v) {
    std::unique_ptr<journal::BlockDevice> device;
    if (plan_.journal.device == core::JournalDevice::Spdk)
      if (std::string error = journal::open_spdk_device(plan_.journal, venue_indices_[v], device); !error.empty()) return error;
    std::string error =
        journals_[v]->open(plan_.journal, venue_indices_[v], plan_.run_id, plan_.housekeeping_cpu, plan_.scheduler, std::move(device));
    if (error.empty() && shadows_[v]) error = shadows_[v]->start();
    return error;
  }

  // Devices given for the venues have no room for it: it is a file in the journal's folder then. Always by a helper, since no order shall
  // pay for a system call of it.
  std::string open_oms_journal() {
    core::JournalPlan plan = plan_.journal;
    if (plan.device != core::JournalDevice::Memory) plan.device = core::JournalDevice::Uring;
    plan.submit = core::JournalSubmit::Helper;
    plan.ack_after = core::AckAfter::Match;
    plan.paths.clear();
    // On memory nothing can be read back, and without snapshots nothing is released.
    if (!oms_shadow_) plan.segments = 1;
    if (std::string error = oms_journal_->open(plan, journal::kOmsJournal, plan_.run_id, plan_.housekeeping_cpu, plan_.scheduler);
        !error.empty())
      return error;
    oms_->audit().begin(plan_, page_->tsc_millihertz);
    return oms_shadow_ ? oms_shadow_->start() : std::string();
  }

  const core::Plan& plan_;
  core::Page& page_;
  core::Lockstep lockstep_;
  net::RecoveryLimits recovery_;
  probe::PacketTable packets_;
  probe::CapsuleTable capsules_;
  std::vector<std::unique_ptr<journal::Journal>> journals_;
  std::vector<unsigned> venue_indices_;  // of each journal's venue
  std::unique_ptr<journal::Journal> oms_journal_;
  std::vector<journal::Journal*> all_journals_;
  std::unique_ptr<recovery::Shadow> oms_shadow_;            // null: it keeps no journal, or no snapshots are taken
  std::vector<std::unique_ptr<recovery::Shadow>> shadows_;  // of each journal's venue; null: no snapshots are taken
  std::unique_ptr<feed::Feed<Port>> feed_;
  std::unique_ptr<oms::Oms<Port>> oms_;
  std::vector<std::unique_ptr<Venue>> venues_;
  std::unique_ptr<probe::SyntheticOrders> synthetic_;
  std::vector<const core::Counters*> counters_;
};

}  // namespace hopscope
