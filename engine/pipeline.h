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
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/control/mailbox.h"
#include "engine/core/clock.h"
#include "engine/core/floor.h"
#include "engine/core/gap_detector.h"
#include "engine/core/lcore.h"
#include "engine/core/lockstep.h"
#include "engine/core/page.h"
#include "engine/core/plan.h"
#include "engine/engine_thread.h"
#include "engine/journal/journal.h"
#include "engine/net/captured.h"
#include "engine/net/link.h"
#include "engine/placement.h"
#include "engine/probe/cost.h"
#include "engine/probe/emitter.h"
#include "engine/result.h"
#include "engine/risk/kill_switch.h"
#include "engine/risk/orchestrator_watch.h"
#include "engine/roles.h"
#include "engine/run_result.h"

namespace hopscope {

template <class Network>
class Pipeline {
  using Port = typename Network::Port;

 public:
  Pipeline(const core::Plan& plan, core::Page& page) : plan_(plan), page_(page), threads_(plan.lcores.size()), roles_(plan, page) {}

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
    // In lockstep wall time should not decide what a venue hears: nothing is lost there, and only one that has refused is asked again.
    roles_.make(network_, threads_, calibration_, plan_.pacing == core::Pacing::Lockstep ? kDrainLimitNs : kMassCancelRepeatNs);
    if (!roles_.feed().error().empty()) return roles_.feed().error();
    counters_ = roles_.counters();
    counters_.push_back(&loops_);
    mailbox_ = std::make_unique<control::Mailbox>(page_->mailbox, roles_.oms().commands());
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

  std::string open_probes() {
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      if (std::string error = threads_[i].injector.open(plan_.inject, plan_.lane, calibration_, page_->measure_start_tsc); !error.empty())
        return error;
      const std::uint32_t map_id = plan_.lane == core::Lane::Stream ? plan_.ring_map_ids[i] : 0;
      if (std::string error = threads_[i].emitter.open(plan_.lane, static_cast<std::uint16_t>(i), map_id); !error.empty()) return error;
    }
    return {};
  }

  void run_thread(std::size_t index, std::barrier<>& gate) {
    EngineThread& thread = threads_[index];
    thread.error = open_thread(index);
    gate.arrive_and_wait();  // every error is known, everything is allocated
    if (!failed()) {
      // Not earlier: locked as it comes, memory would be there on small pages before malloc can ask for large ones.
      if (index == 0) unlocked_because_ = core::lock_memory();
      if (index == 0) wait_for_start();
      gate.arrive_and_wait();  // start, or give up
      if (started_) poll(index, thread);
    }
    if (const std::string error = roles_.close_journals(thread); thread.error.empty()) thread.error = error;
    thread.emitter.flush();
  }

  void poll(std::size_t index, EngineThread& thread) {
    const auto between_rounds = [this, index, &thread](bool idle) {
      if (idle) thread.injector.prepare();
      if (plan_.lane == core::Lane::Capsule) flush(thread);
      if (index == 0) tick(thread);
    };
    if (plan_.gap_ns == 0) return thread.reactor.run(stop_, between_rounds);
    core::GapDetector gaps(page_->gaps[index], page_->gap_floor_ticks);
    thread.reactor.run(stop_, between_rounds, gaps);
  }

  void flush(EngineThread& thread) {
    const core::Ticks now = core::now_ticks();
    if (now < thread.next_flush) return;
    thread.next_flush = now + calibration_.ticks(kFlushNs);
    thread.emitter.flush();
  }

  std::string open_thread(std::size_t index) {
    EngineThread& thread = threads_[index];
    const core::LcorePlan& lcore = plan_.lcores[index];
    const std::string name = "engine-" + std::to_string(index);
    if (std::string error = core::bind_thread(lcore.cpu, plan_.scheduler, name.c_str()); !error.empty()) return error;
    page_->tids[index] = static_cast<hs_u32>(gettid());
    if (index > 0) network_.enter_thread();
    if (std::string error = roles_.open_journals(thread); !error.empty()) return error;
    if (index == 0) {
      page_->stamp_picoseconds = probe::measure_stamp_cost(calibration_);
      page_->push_picoseconds = probe::measure_push_cost(thread.emitter, calibration_);
      core::measure_floor(page_->floor, calibration_, plan_.floor_seconds);
    }
    return {};
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
    roles_.feed().start(core::now_ticks());
  }

  // First lcore only, every few dozen rounds of its reactor.
  void tick(EngineThread& thread) {
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
    if (page_.command() == HS_COMMAND_STOP || interrupted_->load(std::memory_order_relaxed)) roles_.feed().stop();
    for (const journal::Journal* journal : roles_.journals())
      if (journal->failed() || journal->nearly_full()) roles_.feed().stop();
    if (page_->state == HS_STATE_WARMUP && roles_.feed().measuring()) {
      __atomic_store_n(&page_->measure_start_tsc, roles_.feed().measure_start(), __ATOMIC_RELAXED);  // injectors look at it
      page_.set_state(HS_STATE_MEASURE);
      if (roles_.synthetic()) roles_.synthetic()->start(now);
    }
    if (!roles_.feed().done()) return;
    if (page_->state != HS_STATE_DRAIN) {
      page_.set_state(HS_STATE_DRAIN);
      for (const auto& venue : roles_.venues()) venue->end_session();
      if (roles_.synthetic()) roles_.synthetic()->stop();
      drain_from_ = now;
    }
    const double drained_ns = calibration_.ns(now - drain_from_);
    if (drained_ns > kDrainLimitNs || (drained_ns > kSettleNs && roles_.at_rest() && !cancelling()))
      stop_.store(true, std::memory_order_relaxed);
  }

  // The one counter of its journal that is counted with the venues': a role that had to wait is never silent.
  void count_oms_stalls() {
    const journal::Journal* journal = roles_.oms_journal();
    if (journal == nullptr) return;
    const std::uint64_t stalls = journal->counters().get(HS_COUNTER_JOURNAL_STALLS);
    loops_.add(HS_COUNTER_JOURNAL_STALLS, stalls - oms_stalls_counted_);
    oms_stalls_counted_ = stalls;
  }

  // The kill switch was pulled, and a venue has not confirmed yet that nothing is open.
  bool cancelling() const {
    return roles_.oms().kill_guard().pulled() &&
           __atomic_load_n(&page_->killed.confirmed, __ATOMIC_RELAXED) != roles_.oms().kill_guard().kill_switch().trip();
  }

  void publish_histograms() {
    page_->recovery = roles_.oms().recovery_delays();
    page_->tick_to_ack = roles_.oms().tick_to_ack();
    page_->tick_to_ack_response = roles_.oms().tick_to_ack_response();
  }

  // That of the run itself where there is one: the thread with most hits tells.
  void publish_site_cost() {
    const auto fewer = [](const EngineThread& a, const EngineThread& b) {
      return a.emitter.hit_ticks().count < b.emitter.hit_ticks().count;
    };
    const probe::Emitter& emitter = std::max_element(threads_.begin(), threads_.end(), fewer)->emitter;
    if (const std::uint64_t cost = probe::site_cost_of_run(emitter.hit_ticks(), calibration_); cost != 0) page_->site_picoseconds = cost;
  }

  bool failed() const {
    for (const EngineThread& thread : threads_)
      if (!thread.error.empty()) return true;
    return false;
  }

  // All threads have ended: what is left belongs to this one.
  std::string finish() {
    for (const EngineThread& thread : threads_)
      if (!thread.error.empty()) return thread.error;
    if (!started_) return "stopped before it began";
    mailbox_->stop();
    roles_.oms().end_run(roles_.feed().last_sequence());
    roles_.close_oms_journal();
    for (const journal::Journal* journal : roles_.journals())
      if (journal->failed()) return journal->error();
    for (const journal::Journal* journal : roles_.journals())
      if (journal->nearly_full()) return journal->describe_full();
    if (!roles_.feed().error().empty()) return roles_.feed().error();
    if (net::Capture* capture = net::capture_of(network_)) capture->stop();
    for (const auto& venue : roles_.venues()) venue->end_run(roles_.feed().last_sequence());
    publish_histograms();
    add_port_counters();
    publish_site_cost();
    page_->measure_start_tsc = roles_.feed().measure_start();
    page_->measure_end_tsc = roles_.feed().measure_end();
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

  Result result() {
    Result result = RunResult<Network>(plan_, roles_, *mailbox_, calibration_).make();
    if constexpr (requires { network_.conditions(); }) result.conditions = network_.conditions();
    result.unlocked_because = unlocked_because_;
    for (const EngineThread& thread : threads_) result.injected += thread.injector.count();
    result.message_types = roles_.feed().message_types();
    if (const net::Capture* capture = net::capture_of(network_)) result.capture = capture->outcome();
    each_port([&result](const std::string& name, Port& port) { result.ports.emplace_back(name, port.counters()); });
    return result;
  }

  const core::Plan& plan_;
  core::Page& page_;
  const std::atomic<bool>* interrupted_ = nullptr;
  std::atomic<bool> stop_{false};
  bool started_ = false;  // ordered by the barrier
  core::Calibration calibration_;
  risk::OrchestratorWatch orchestrator_;
  Network network_;  // before the roles that use its ports
  std::vector<EngineThread> threads_;
  Roles<Network> roles_;
  std::unique_ptr<control::Mailbox> mailbox_;  // behind the roles: it hands commands to the OMS
  std::vector<const core::Counters*> counters_;
  core::Counters loops_, ports_;
  std::string unlocked_because_;  // empty: memory is locked
  std::uint64_t oms_stalls_counted_ = 0;
  core::Ticks next_publish_ = 0, next_histograms_ = 0, drain_from_ = 0;
};

}  // namespace hopscope
