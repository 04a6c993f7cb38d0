// The pipeline: a plan's roles, made for one network, placed on lcores, run from start to drain.
//
// Threads: one an lcore; the first lcore is the calling thread. Each thread binds itself, opens what belongs to it (emitter, journals),
// measures its jitter floor, and then polls its roles until told to stop. The first lcore also keeps the telemetry page, and brings made-up
// orders where the plan asks for them.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <bit>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/answers_matter.h"
#include "engine/book/books_digest.h"
#include "engine/control/mailbox.h"
#include "engine/core/clock.h"
#include "engine/core/floor.h"
#include "engine/core/gap_detector.h"
#include "engine/core/lcore.h"
#include "engine/core/lockstep.h"
#include "engine/core/page.h"
#include "engine/core/plan.h"
#include "engine/core/reactor.h"
#include "engine/feed/feed.h"
#include "engine/journal/journal.h"
#include "engine/journal/spdk_device.h"
#include "engine/net/captured.h"
#include "engine/net/link.h"
#include "engine/net/mold_receiver.h"
#include "engine/oms/oms.h"
#include "engine/placement.h"
#include "engine/position_report.h"
#include "engine/probe/cost.h"
#include "engine/probe/emitter.h"
#include "engine/probe/injector.h"
#include "engine/probe/slots.h"
#include "engine/probe/synthetic_orders.h"
#include "engine/recovery/shadow.h"
#include "engine/result.h"
#include "engine/risk/kill_switch.h"
#include "engine/risk/orchestrator_watch.h"
#include "engine/venue/venue.h"

namespace hopscope {

template <class Network>
class Pipeline {
  using Port = typename Network::Port;

 public:
  Pipeline(const core::Plan& plan, core::Page& page)
      : plan_(plan), page_(page), packets_(packet_slots(plan)), capsules_(plan.venues, Network::kInFlight), threads_(plan.lcores.size()) {}

  // Runs the plan to its end, or until `interrupted`. Returns an empty string or one line with its remedy.
  std::string run(const std::atomic<bool>& interrupted) {
    interrupted_ = &interrupted;
    if (std::string error = check_placement(plan_); !error.empty()) return error;
    // Bound before the network starts: memory is then allocated, and EAL's main lcore placed, where the first lcore will run.
    if (std::string error = core::bind_thread(plan_.lcores.front().cpu, core::Scheduler::Other, "engine-0"); !error.empty()) return error;
    if (std::string error = network_.open(plan_); !error.empty()) return error;
    std::uint64_t millihertz = 0;
    calibration_ = core::Calibration::measure(kCalibrationMilliseconds, &millihertz);
    page_->tsc_millihertz = millihertz;
    page_->resolution_ticks = core::measure_resolution();
    page_->threads = static_cast<hs_u32>(threads_.size());
    page_->gap_floor_ticks = calibration_.ticks(static_cast<double>(plan_.gap_ns));
    orchestrator_ = risk::OrchestratorWatch(calibration_.ticks(kOrchestratorSilenceNs), calibration_.ticks(kLongestStepNs));
    if (std::string error = open_probes(); !error.empty()) return error;
    make_roles();
    if (!feed_->error().empty()) return feed_->error();
    mailbox_ = std::make_unique<control::Mailbox>(page_->mailbox, oms_->commands());
    if (std::string error = mailbox_->start(plan_.housekeeping_cpu); !error.empty()) return error;

    std::barrier gate(static_cast<std::ptrdiff_t>(threads_.size()));
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < threads_.size(); ++i) others.emplace_back([this, i, &gate] { run_thread(i, gate); });
    run_thread(0, gate);
    for (std::thread& thread : others) thread.join();
    return finish();
  }

 private:
  static constexpr unsigned kCalibrationMilliseconds = 50;
  static constexpr double kPublishNs = 1e6;
  static constexpr double kFlushNs = 1e6;
  static constexpr double kOrchestratorSilenceNs = 1e9;
  static constexpr double kLongestStepNs = 1e7;   // between two looks at its sign of life: longer, and the whole machine stood still
  static constexpr double kHistogramsNs = 2.5e8;  // 16 KiB to copy: seldom, so that it does not show among the orders
  static constexpr double kSettleNs = 2e6;        // after the last packet: longer than anything is under way on a link of one host
  static constexpr double kMassCancelRepeatNs = 1e6;
  static constexpr double kDrainLimitNs = 2e8;  // then what is still open counts as open at the end of the run

  // Packets that wait for an earlier one are on their way longer than what a link holds; but a larger table is a slower one.
  static std::uint32_t packet_slots(const core::Plan& plan) {
    return plan.impair.any() ? std::bit_ceil(Network::kInFlight + plan.recovery.hold_packets) : Network::kInFlight;
  }

  // What belongs to one lcore's thread.
  struct Thread {
    core::Reactor reactor;
    probe::Emitter emitter;
    probe::Injector injector;
    core::Ticks next_flush = 0;
    std::vector<unsigned> venues;  // whose journals it opens and closes
    bool has_oms = false;          // and its journal, which it opens
    std::string error;
  };

  std::string open_probes() {
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      if (std::string error = threads_[i].injector.open(plan_.inject, plan_.lane, calibration_, page_->measure_start_tsc); !error.empty())
        return error;
      const std::uint32_t map_id = plan_.lane == core::Lane::Stream ? plan_.ring_map_ids[i] : 0;
      if (std::string error = threads_[i].emitter.open(plan_.lane, static_cast<std::uint16_t>(i), map_id); !error.empty()) return error;
    }
    return {};
  }

  void make_roles() {
    counters_.push_back(&loops_);
    lockstep_.enabled = plan_.pacing == core::Pacing::Lockstep;
    lockstep_.venues = plan_.venues;
    recovery_ = {plan_.recovery.hold_packets, calibration_.ticks(static_cast<double>(plan_.recovery.timeout_ns)), plan_.recovery.tries};
    std::vector<Port*> feed_to_venues, oms_to_venues;
    for (unsigned v = 0; v < plan_.venues; ++v) {
      feed_to_venues.push_back(&network_.port("feed-venue" + std::to_string(v), net::End::A));
      oms_to_venues.push_back(&network_.port("oms-venue" + std::to_string(v), net::End::A));
    }
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      Thread& thread = threads_[i];
      counters_.push_back(&thread.emitter.counters());
      for (const std::string& role : plan_.lcores[i].roles) {
        if (role == "feed") {
          feed_ = std::make_unique<feed::Feed<Port>>(plan_, calibration_, network_.port("feed-oms", net::End::A), feed_to_venues, packets_,
                                                     lockstep_);
          thread.reactor.add(*feed_);
          counters_.push_back(&feed_->counters());
        } else if (role == "oms") {
          if (plan_.journal.oms) all_journals_.push_back((oms_journal_ = std::make_unique<journal::Journal>()).get());
          oms_ = std::make_unique<oms::Oms<Port>>(plan_, network_.port("feed-oms", net::End::B), oms_to_venues, packets_, capsules_,
                                                  thread.emitter, thread.injector, lockstep_, kill_words(), recovery_, oms_journal_.get());
          if (oms_journal_ && plan_.journal.snapshot_every != 0)
            oms_shadow_ = std::make_unique<recovery::Shadow>(plan_, journal::kOmsJournal, oms_journal_->progress(),
                                                             [to = oms_journal_.get()](std::uint64_t block) { to->reclaim(block); });
          thread.reactor.add(*oms_);
          if (oms_journal_) thread.reactor.add(*oms_journal_);
          thread.has_oms = true;
          counters_.push_back(&oms_->counters());
          counters_.push_back(&oms_->kill_guard().counters());
        } else {
          add_venue(thread, venue_index(role));
        }
      }
    }
    if (plan_.synthetic_rate == 0) return;
    Thread& first = threads_.front();
    synthetic_ = std::make_unique<probe::SyntheticOrders>(first.emitter, plan_.synthetic_rate, plan_.seed, calibration_);
    first.reactor.add(*synthetic_);
  }

  // In lockstep wall time should not decide what a venue hears: nothing is lost there, and only one that has refused is asked again.
  oms::KillWords kill_words() {
    const double repeat_ns = lockstep_.enabled ? kDrainLimitNs : kMassCancelRepeatNs;
    return {page_->kill, page_->killed, calibration_.ticks(repeat_ns)};
  }

  void add_venue(Thread& thread, unsigned index) {
    const std::string suffix = "venue" + std::to_string(index);
    auto& journal = journals_.emplace_back(std::make_unique<journal::Journal>());
    all_journals_.push_back(journal.get());
    journal->set_trace_sink(thread.emitter);
    auto& venue = venues_.emplace_back(std::make_unique<venue::Venue<Port>>(
        index, plan_, network_.port("feed-" + suffix, net::End::B), network_.port("oms-" + suffix, net::End::B), *journal, capsules_,
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
    venue_names_.push_back(index);
  }

  void run_thread(std::size_t index, std::barrier<>& gate) {
    Thread& thread = threads_[index];
    thread.error = open_thread(index);
    gate.arrive_and_wait();  // every error is known, everything is allocated
    if (!failed()) {
      // Not earlier: locked as it comes, memory would be there on small pages before malloc can ask for large ones.
      if (index == 0) unlocked_because_ = core::lock_memory();
      if (index == 0) wait_for_start();
      gate.arrive_and_wait();  // start, or give up
      if (started_) poll(index, thread);
    }
    for (const unsigned v : thread.venues) {
      if (shadows_[v]) shadows_[v]->stop();
      const std::string error = journals_[v]->close();
      if (thread.error.empty()) thread.error = error;
    }
    thread.emitter.flush();
  }

  void poll(std::size_t index, Thread& thread) {
    const auto between_rounds = [this, index, &thread](bool idle) {
      if (idle) thread.injector.prepare();
      if (plan_.lane == core::Lane::Capsule) flush(thread);
      if (index == 0) tick(thread);
    };
    if (plan_.gap_ns == 0) return thread.reactor.run(stop_, between_rounds);
    core::GapDetector gaps(page_->gaps[index], page_->gap_floor_ticks);
    thread.reactor.run(stop_, between_rounds, gaps);
  }

  void flush(Thread& thread) {
    const core::Ticks now = core::now_ticks();
    if (now < thread.next_flush) return;
    thread.next_flush = now + calibration_.ticks(kFlushNs);
    thread.emitter.flush();
  }

  std::string open_thread(std::size_t index) {
    Thread& thread = threads_[index];
    const core::LcorePlan& lcore = plan_.lcores[index];
    const std::string name = "engine-" + std::to_string(index);
    if (std::string error = core::bind_thread(lcore.cpu, plan_.scheduler, name.c_str()); !error.empty()) return error;
    page_->tids[index] = static_cast<hs_u32>(gettid());
    if (index > 0) network_.enter_thread();
    for (const unsigned v : thread.venues)
      if (std::string error = open_journal(v); !error.empty()) return error;
    if (thread.has_oms && oms_journal_)
      if (std::string error = open_oms_journal(); !error.empty()) return error;
    if (index == 0) {
      page_->stamp_picoseconds = probe::measure_stamp_cost(calibration_);
      page_->push_picoseconds = probe::measure_push_cost(thread.emitter, calibration_);
      core::measure_floor(page_->floor, calibration_, plan_.floor_seconds);
    }
    return {};
  }

  std::string open_journal(unsigned v) {
    std::unique_ptr<journal::BlockDevice> device;
    if (plan_.journal.device == core::JournalDevice::Spdk)
      if (std::string error = journal::open_spdk_device(plan_.journal, venue_names_[v], device); !error.empty()) return error;
    std::string error =
        journals_[v]->open(plan_.journal, venue_names_[v], plan_.run_id, plan_.housekeeping_cpu, plan_.scheduler, std::move(device));
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

  void wait_for_start() {
    page_->start = core::read_clock_pair();
    if (net::Capture* capture = net::capture_of(network_)) {
      if (threads_.front().error = capture->start(page_->start, calibration_); !threads_.front().error.empty()) return;
    }
    page_.set_state(HS_STATE_READY);
    while (page_.command() == HS_COMMAND_NONE && !interrupted_->load(std::memory_order_relaxed)) {
      page_->heartbeat_tsc = core::now_ticks();
      usleep(200);
    }
    started_ = page_.command() == HS_COMMAND_START && !interrupted_->load(std::memory_order_relaxed);
    if (!started_) return;
    page_->site_picoseconds = probe::measure_site_cost(threads_.front().emitter, calibration_);  // the probes are attached by now
    page_.set_state(HS_STATE_WARMUP);
    feed_->start(core::now_ticks());
  }

  // First lcore only, every few dozen rounds of its reactor.
  void tick(Thread& thread) {
    const core::Ticks now = core::now_ticks();
    if (now < next_publish_) return;
    next_publish_ = now + calibration_.ticks(kPublishNs);
    loops_.add(HS_COUNTER_LOOPS, thread.reactor.rounds() - loops_.get(HS_COUNTER_LOOPS));
    loops_.add(HS_COUNTER_BUSY_LOOPS, thread.reactor.busy_rounds() - loops_.get(HS_COUNTER_BUSY_LOOPS));
    if (orchestrator_.silent(__atomic_load_n(&page_->orchestrator_tsc, __ATOMIC_RELAXED), now))
      risk::KillSwitch(page_->kill).pull(HS_KILL_ORCHESTRATOR);
    count_oms_stalls();
    page_.publish(counters_, now);
    if (now >= next_histograms_) {
      next_histograms_ = now + calibration_.ticks(kHistogramsNs);
      publish_histograms();
    }
    if (page_.command() == HS_COMMAND_STOP || interrupted_->load(std::memory_order_relaxed)) feed_->stop();
    for (const journal::Journal* journal : all_journals_)
      if (journal->failed() || journal->nearly_full()) feed_->stop();
    if (page_->state == HS_STATE_WARMUP && feed_->measuring()) {
      __atomic_store_n(&page_->measure_start_tsc, feed_->measure_start(), __ATOMIC_RELAXED);  // injectors look at it
      page_.set_state(HS_STATE_MEASURE);
      if (synthetic_) synthetic_->start(now);
    }
    if (!feed_->done()) return;
    if (page_->state != HS_STATE_DRAIN) {
      page_.set_state(HS_STATE_DRAIN);
      for (const auto& venue : venues_) venue->end_session();
      if (synthetic_) synthetic_->stop();
      drain_from_ = now;
    }
    const double drained_ns = calibration_.ns(now - drain_from_);
    if (drained_ns > kDrainLimitNs ||
        (drained_ns > kSettleNs && oms_->open_orders() == 0 && lockstep_.sessions_at_rest() && all_have_the_feed() && !cancelling()))
      stop_.store(true, std::memory_order_relaxed);
  }

  // The one counter of its journal that is counted with the venues': a role that had to wait is never silent.
  void count_oms_stalls() {
    if (!oms_journal_) return;
    const std::uint64_t stalls = oms_journal_->counters().get(HS_COUNTER_JOURNAL_STALLS);
    loops_.add(HS_COUNTER_JOURNAL_STALLS, stalls - oms_stalls_counted_);
    oms_stalls_counted_ = stalls;
  }

  // The kill switch was pulled, and a venue has not confirmed yet that nothing is open.
  bool cancelling() const {
    return oms_->kill_guard().pulled() &&
           __atomic_load_n(&page_->killed.confirmed, __ATOMIC_RELAXED) != oms_->kill_guard().kill_switch().trip();
  }

  bool all_have_the_feed() const {
    return oms_->feed_ended() && std::all_of(venues_.begin(), venues_.end(), [](const auto& venue) { return venue->feed_ended(); });
  }

  void publish_histograms() {
    page_->recovery = oms_->recovery_delays();
    page_->tick_to_ack = oms_->tick_to_ack();
    page_->tick_to_ack_response = oms_->tick_to_ack_response();
  }

  // That of the run itself where there is one: the thread with most hits tells.
  void publish_site_cost() {
    const auto fewer = [](const Thread& a, const Thread& b) { return a.emitter.hit_ticks().count < b.emitter.hit_ticks().count; };
    const probe::Emitter& emitter = std::max_element(threads_.begin(), threads_.end(), fewer)->emitter;
    if (const std::uint64_t cost = probe::site_cost_of_run(emitter.hit_ticks(), calibration_); cost != 0) page_->site_picoseconds = cost;
  }

  bool failed() const {
    for (const Thread& thread : threads_)
      if (!thread.error.empty()) return true;
    return false;
  }

  // All threads have ended: what is left belongs to this one.
  std::string finish() {
    for (const Thread& thread : threads_)
      if (!thread.error.empty()) return thread.error;
    if (!started_) return "stopped before it began";
    mailbox_->stop();
    oms_->end_run(feed_->last_sequence());
    if (oms_shadow_) oms_shadow_->stop();
    if (oms_journal_) oms_journal_->close();  // not by its thread: the end of the run stands in it
    for (const journal::Journal* journal : all_journals_)
      if (journal->failed()) return journal->error();
    for (const journal::Journal* journal : all_journals_)
      if (journal->nearly_full()) return journal->describe_full();
    if (!feed_->error().empty()) return feed_->error();
    if (net::Capture* capture = net::capture_of(network_)) capture->stop();
    for (const auto& venue : venues_) venue->end_run(feed_->last_sequence());
    publish_histograms();
    add_port_counters();
    publish_site_cost();
    page_->measure_start_tsc = feed_->measure_start();
    page_->measure_end_tsc = feed_->measure_end();
    page_->end = core::read_clock_pair();
    page_->tsc_millihertz_end = core::tsc_millihertz(page_->start, page_->end);
    page_.publish(counters_, page_->end.tsc);
    if (std::string error = write_result(plan_.result_path, result()); !error.empty()) return error;
    page_.set_state(HS_STATE_DONE);
    return {};
  }

  template <class Visit>
  void each_port(Visit visit) {
    for (const core::LinkPlan& link : plan_.links) {
      visit(link.name + ".a", network_.port(link.name, net::End::A));
      visit(link.name + ".b", network_.port(link.name, net::End::B));
    }
  }

  void add_port_counters() {
    each_port([this](const std::string&, Port& port) {
      const net::PortCounters counters = port.counters();
      ports_.add(HS_COUNTER_PORT_DROPS, counters.drops);
      ports_.add(HS_COUNTER_PORT_MALFORMED, counters.rx_malformed);
      ports_.add(HS_COUNTER_IMPAIRED_DROPS, counters.impaired_drops);
      ports_.add(HS_COUNTER_IMPAIRED_DUPLICATES, counters.impaired_duplicates);
      ports_.add(HS_COUNTER_IMPAIRED_REORDERS, counters.impaired_reorders);
      ports_.add(HS_COUNTER_SESSION_RECOVERED, counters.recovered);
      ports_.add(HS_COUNTER_SESSION_REQUESTS, counters.requests);
    });
    counters_.push_back(&ports_);
  }

  KillResult kill_result(const oms::KillTrip& trip) const {
    const core::Ticks tsc = risk::tsc_of(trip.trip);
    const auto since = [&](core::Ticks at) -> std::optional<double> {
      if (at == 0) return std::nullopt;
      return at < tsc ? -calibration_.ns(tsc - at) : calibration_.ns(at - tsc);
    };
    KillResult result{risk::name(risk::cause_of(trip.trip)),
                      tsc,
                      *since(trip.seen),
                      since(trip.asked),
                      since(trip.last_tx),
                      since(trip.confirmed),
                      since(trip.armed),
                      trip.requests,
                      {}};
    for (unsigned v = 0; v < plan_.venues; ++v)
      if ((trip.waiting >> v & 1) != 0) result.waiting.push_back(v);
    return result;
  }

  Result result() {
    Result result;
    if constexpr (requires { network_.conditions(); }) result.conditions = network_.conditions();
    result.unlocked_because = unlocked_because_;
    const std::string commanded = why_commands_matter(mailbox_->carried_out());
    result.commands = mailbox_->commanded();
    if (!commanded.empty()) {
      result.orders_null_because = commanded;
    } else if (const std::string why = why_answers_matter(plan_); lockstep_.enabled || why.empty()) {
      result.orders_digest = oms_->order_digest().hex();
    } else {
      result.orders_null_because = "pacing is open: " + why + ", which depend on timing; pacing: lockstep gives an orders digest";
    }
    result.parents = oms_->desk().parents();
    result.books_digest = book::books_digest(oms_->books()).hex();
    if (lockstep_.enabled && !commanded.empty()) {
      result.null_because = commanded;
    } else if (lockstep_.enabled) {
      core::Digest all;
      for (const auto& journal : journals_) all.add(journal->records_digest());
      result.journal_digest = all.hex();
      if (oms_journal_) result.oms_digest = oms_->audit().digest().hex();
    } else {
      result.null_because = "pacing is open: fills depend on timing; pacing: lockstep gives a journal digest";
    }
    if (!journals_.empty()) result.durable_kind = journals_.front()->durable_kind();
    for (const auto& journal : journals_) result.journal_stalls += journal->stalls();
    if (oms_journal_) result.oms_journal_stalls = oms_journal_->stalls();
    for (const auto& venue : venues_) result.journal_stalls += venue->stalls();
    if (oms_shadow_) result.snapshots.push_back(oms_shadow_->outcome());
    for (const auto& shadow : shadows_)
      if (shadow) result.snapshots.push_back(shadow->outcome());
    for (const Thread& thread : threads_) result.injected += thread.injector.count();
    result.message_types = feed_->message_types();
    for (std::size_t r = 1; r < risk::kReasons; ++r) {
      const auto reason = static_cast<risk::Reason>(r);
      result.risk_rejects.emplace_back(risk::name(reason), oms_->gate().count(reason));
      for (std::size_t l = 0; l < risk::kLevels; ++l) {
        const auto level = static_cast<risk::Level>(l);
        if (const std::uint64_t count = oms_->gate().count(reason, level); count != 0)
          result.risk_blocks.push_back({risk::name(reason), risk::name(level), count});
      }
    }
    for (std::size_t b = 0; b < risk::kBreakers; ++b) {
      const auto breaker = static_cast<risk::Breaker>(b);
      result.breakers.emplace_back(risk::name(breaker), oms_->gate().breakers().trips(breaker));
    }
    for (const oms::KillTrip& trip : oms_->kill_guard().trips()) result.kills.push_back(kill_result(trip));
    if (const net::Capture* capture = net::capture_of(network_)) result.capture = capture->outcome();
    for (const auto& venue : venues_) {
      const venue::MatchingEngine& engine = venue->engine();
      result.venues.push_back({venue->profile().name, venue->totals(), engine.clamped(), engine.unresolved(), engine.outside(),
                               engine.bookless(), engine.open_orders().count()});
    }
    result.positions = position_rows(*oms_);
    result.reconciliation = reconciled(*oms_, venues_);
    result.routing = routing_result();
    each_port([&result](const std::string& name, Port& port) { result.ports.emplace_back(name, port.counters()); });
    return result;
  }

  RoutingResult routing_result() const {
    RoutingResult result;
    const oms::ExecutionCost& cost = oms_->cost();
    const router::Availability& availability = oms_->routing().availability();
    result.wanted_shares = cost.wanted_shares();
    result.venues_taken_out = availability.times_out();
    result.probes = availability.probes();
    for (unsigned v = 0; v < plan_.venues; ++v) {
      const oms::ExecutionCost::OfVenue& venue = cost[v];
      result.venues.push_back({plan_.venue_profiles[v].name, venue.orders, venue.asked_shares, venue.filled_shares, venue.slippage_micros,
                               venue.fees_micros, venue.mid_notional_micros});
    }
    return result;
  }

  const core::Plan& plan_;
  core::Page& page_;
  const std::atomic<bool>* interrupted_ = nullptr;
  std::atomic<bool> stop_{false};
  bool started_ = false;  // ordered by the barrier
  core::Calibration calibration_;
  risk::OrchestratorWatch orchestrator_;
  core::Lockstep lockstep_;
  net::RecoveryLimits recovery_;
  probe::PacketTable packets_;
  probe::CapsuleTable capsules_;
  Network network_;  // before the roles that use its ports
  std::vector<Thread> threads_;
  std::vector<std::unique_ptr<journal::Journal>> journals_;
  std::vector<unsigned> venue_names_;                       // index of the venue of each journal
  std::unique_ptr<journal::Journal> oms_journal_;           // null: the plan wants none
  std::vector<journal::Journal*> all_journals_;             // each ends the run where it fails or fills up
  std::unique_ptr<recovery::Shadow> oms_shadow_;            // null: it keeps no journal, or no snapshots are taken
  std::vector<std::unique_ptr<recovery::Shadow>> shadows_;  // of each journal's venue; null: no snapshots are taken
  std::unique_ptr<feed::Feed<Port>> feed_;
  std::unique_ptr<oms::Oms<Port>> oms_;
  std::unique_ptr<control::Mailbox> mailbox_;  // behind the OMS, which it hands commands to
  std::vector<std::unique_ptr<venue::Venue<Port>>> venues_;
  std::unique_ptr<probe::SyntheticOrders> synthetic_;  // null: none are asked for
  std::vector<const core::Counters*> counters_;
  core::Counters loops_, ports_;
  std::string unlocked_because_;  // empty: memory is locked
  std::uint64_t oms_stalls_counted_ = 0;
  core::Ticks next_publish_ = 0, next_histograms_ = 0, drain_from_ = 0;
};

}  // namespace hopscope
