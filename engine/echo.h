// The echo: what a network build costs with no trading logic around it. One lcore, one link: end A sends, end B sends back.
//
// First one packet at a time, for the round trip; then as many as a burst holds, both ends sending back what they get, for the rate. A
// forward is one packet received and sent again by one end, its MAC addresses swapped, which is also what dpdk-testpmd's macswap does and
// counts.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/clock.h"
#include "engine/core/histogram.h"
#include "engine/core/lcore.h"
#include "engine/core/plan.h"
#include "engine/net/link.h"
#include "engine/net/port.h"
#include "engine/result.h"
#include "engine/wire/frame.h"

namespace hopscope {

template <class Network>
class Echo {
  using Port = typename Network::Port;
  static_assert(net::ReflectingPort<Port>);

 public:
  explicit Echo(const core::Plan& plan) : plan_(plan) {}

  // Returns an empty string or one line with its remedy.
  std::string run(const std::atomic<bool>& interrupted) {
    if (plan_.links.size() != 1) return "links: an echo has one";
    // The scheduling policy comes after the network: EAL waits for threads that inherit it.
    const int cpu = plan_.lcores.front().cpu;
    if (std::string error = core::bind_thread(cpu, core::Scheduler::Other, "engine-0"); !error.empty()) return error;
    if (std::string error = network_.open(plan_); !error.empty()) return error;
    if (std::string error = core::bind_thread(cpu, plan_.scheduler, "engine-0"); !error.empty()) return error;
    calibration_ = core::Calibration::measure(50, nullptr);
    interrupted_ = &interrupted;
    core::lock_memory();
    Port& a = network_.port(plan_.links.front().name, net::End::A);
    Port& b = network_.port(plan_.links.front().name, net::End::B);
    measure_round_trip(a, b);
    measure_rate(a, b);
    if (interrupted.load(std::memory_order_relaxed)) return "interrupted";
    if (result_.round_trips.count == 0) return "echo: no packet came back in " + std::to_string(kTrips) + " tries: is the link up?";
    result_.drops = a.counters().drops + b.counters().drops;
    if constexpr (requires { network_.conditions(); }) result_.conditions = network_.conditions();
    return write_echo_result(plan_.result_path, result_, calibration_);
  }

 private:
  static constexpr std::uint32_t kTrips = 200'000;
  static constexpr std::uint32_t kWarmupTrips = 2'000;
  static constexpr double kRoundTripsNs = 1e9;  // fewer trips where they take longer
  static constexpr double kLostNs = 1e7;        // not back by then, and after so many looks, for the thread may have slept: lost
  static constexpr unsigned kLeastLooks = 64;
  static constexpr unsigned kWindows = 9;
  static constexpr double kWindowNs = 1e8;
  static constexpr std::size_t kPayloadBytes = 18;  // a frame of 60 bytes, testpmd's

  bool stopped() const { return interrupted_->load(std::memory_order_relaxed); }

  static bool send(Port& port, std::uint64_t sequence) {
    const std::span<std::byte> room = port.tx_reserve();
    if (room.empty()) return false;
    std::memset(room.data(), 0, kPayloadBytes);
    std::memcpy(room.data(), &sequence, sizeof sequence);
    port.tx_commit(kPayloadBytes);
    return true;
  }

  void measure_round_trip(Port& a, Port& b) {
    const core::Ticks end = core::now_ticks() + calibration_.ticks(kRoundTripsNs);
    const core::Ticks patience = calibration_.ticks(kLostNs);
    for (std::uint64_t trip = 0; trip < kTrips + kWarmupTrips && !stopped(); ++trip) {
      const core::Ticks sent = core::now_ticks();
      if (sent > end) break;
      bool back = false;
      bool held = send(a, trip) && a.tx_flush() > 0;
      for (unsigned looks = 0; !back && (looks < kLeastLooks || core::now_ticks() - sent < patience); ++looks) {
        if (held) held = a.tx_flush() > 0;
        b.reflect(wire::Swap::All);
        for (const net::Payload payload : a.rx_burst()) back |= std::memcmp(payload.data(), &trip, sizeof trip) == 0;
        if (back && trip >= kWarmupTrips) core::record(result_.round_trips, core::now_ticks() - sent);
        a.rx_release();
      }
      if (!back) ++result_.lost;
    }
  }

  void measure_rate(Port& a, Port& b) {
    std::vector<double> rates;
    for (unsigned window = 0; window <= kWindows && !stopped(); ++window) {
      const double rate = forwards_per_second(a, b);
      if (window > 0) rates.push_back(rate);  // the first is warm-up
    }
    std::sort(rates.begin(), rates.end());
    if (!rates.empty()) result_.forwards_per_second = rates[rates.size() / 2];
  }

  double forwards_per_second(Port& a, Port& b) {
    constexpr unsigned kRoundsBetweenClocks = 64;
    const core::Ticks start = core::now_ticks();
    const core::Ticks end = start + calibration_.ticks(kWindowNs), patience = calibration_.ticks(kLostNs);
    core::Ticks now = start, last_progress = now - patience;  // nothing is under way yet, or what is left of the window before
    std::uint64_t forwards = 0, last_forwards = 0;
    while (now < end) {
      for (unsigned round = 0; round < kRoundsBetweenClocks; ++round) forwards += b.reflect(wire::Swap::Mac) + a.reflect(wire::Swap::Mac);
      now = core::now_ticks();
      if (forwards != last_forwards) {
        last_forwards = forwards;
        last_progress = now;
      } else if (now - last_progress >= patience) {  // all are lost, or none was sent
        for (unsigned i = 0; i < plan_.burst && send(a, i); ++i) {
        }
        a.tx_flush();
        last_progress = now;
      }
    }
    return static_cast<double>(forwards) / calibration_.ns(now - start) * 1e9;
  }

  const core::Plan& plan_;
  const std::atomic<bool>* interrupted_ = nullptr;
  core::Calibration calibration_;
  Network network_;
  EchoResult result_;
};

}  // namespace hopscope
