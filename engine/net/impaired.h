// A network whose links lose, double and reorder packets on purpose, as often as the plan's `impair` says: what recovery is shown with.
//
// It happens at the port that receives, behind everything the build does, so it looks alike in every build. Each port draws from a stream
// of its own; what happens to a packet depends on the seed and on how many came to that port before it. Ports of other links pass on what
// they get. A packet suffers at most one of the three:
//   dropped     nobody sees it
//   duplicated  it is there twice, one behind the other
//   reordered   it is copied aside, and let in behind 1 to `within` later packets; at most kAside of them at a time
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "engine/core/plan.h"
#include "engine/core/random.h"
#include "engine/net/decorated.h"
#include "engine/net/link.h"
#include "engine/net/port.h"

namespace hopscope::net {

template <Port Inner>
class ImpairedPort {
 public:
  // index: of this port, for its random stream.
  ImpairedPort(Inner& inner, const core::ImpairPlan& plan, bool on, std::uint64_t index)
      : inner_(inner), plan_(plan), on_(on), random_(plan.seed, core::Stream::Impairment, index) {}
  ImpairedPort(const ImpairedPort&) = delete;
  ImpairedPort& operator=(const ImpairedPort&) = delete;

  std::span<const Payload> rx_burst() {
    const std::span<const Payload> burst = inner_.rx_burst();
    if (!on_) return burst;
    count_ = 0;
    for (const Payload payload : burst) impair(payload);
    changed_ += static_cast<std::int64_t>(count_) - static_cast<std::int64_t>(burst.size());
    return {views_.data(), count_};
  }
  void rx_release() {
    if (on_)
      for (Aside& aside : asides_) aside.taken &= !aside.shown;
    inner_.rx_release();
  }
  std::span<std::byte> tx_reserve() { return inner_.tx_reserve(); }
  void tx_commit(std::size_t bytes) { inner_.tx_commit(bytes); }
  std::size_t tx_flush() { return inner_.tx_flush(); }

  PortCounters counters() const {
    PortCounters counters = inner_.counters();
    counters.rx = static_cast<std::uint64_t>(static_cast<std::int64_t>(counters.rx) + changed_);
    counters.rx_malformed += done_.rx_malformed;
    counters.impaired_drops = done_.impaired_drops;
    counters.impaired_duplicates = done_.impaired_duplicates;
    counters.impaired_reorders = done_.impaired_reorders;
    return counters;
  }

 private:
  static constexpr std::size_t kAside = 16;

  // A packet on its way past others.
  struct Aside {
    bool taken = false;
    bool shown = false;      // part of the burst that is out
    std::uint32_t left = 0;  // packets that still pass it
    std::size_t bytes = 0;
    std::array<std::byte, kMaxPayloadBytes> payload;
  };

  void impair(Payload payload) {
    if (payload.size() > kMaxPayloadBytes) [[unlikely]] {  // nobody's: it could not be put aside
      ++done_.rx_malformed;
      return;
    }
    const std::uint32_t roll = random_.below(1'000'000);
    if (roll < plan_.drop_ppm) {
      ++done_.impaired_drops;
    } else if (roll < plan_.drop_ppm + plan_.duplicate_ppm) {
      ++done_.impaired_duplicates;
      show(payload);
      show(payload);
    } else if (roll < plan_.drop_ppm + plan_.duplicate_ppm + plan_.reorder_ppm && put_aside(payload)) {
      ++done_.impaired_reorders;
      return;  // nothing has passed the others
    } else {
      show(payload);
    }
    pass();
  }

  bool put_aside(Payload payload) {
    const auto free = std::find_if(asides_.begin(), asides_.end(), [](const Aside& aside) { return !aside.taken; });
    if (free == asides_.end()) return false;
    free->taken = true;
    free->shown = false;
    free->left = 1 + random_.below(plan_.within);
    free->bytes = payload.size();
    std::memcpy(free->payload.data(), payload.data(), payload.size());
    return true;
  }

  // One more packet has come by: those whose time has come follow it.
  void pass() {
    for (Aside& aside : asides_) {
      if (!aside.taken || aside.shown || --aside.left != 0) continue;
      aside.shown = true;
      show({aside.payload.data(), aside.bytes});
    }
  }

  void show(Payload payload) { views_[count_++] = payload; }

  Inner& inner_;
  const core::ImpairPlan& plan_;
  const bool on_;
  core::Random random_;
  PortCounters done_;
  std::int64_t changed_ = 0;  // packets shown, over packets received
  std::size_t count_ = 0;
  std::array<Payload, 2 * kMaxBurst + kAside> views_;
  std::array<Aside, kAside> asides_;
};

// The ports of `Network`, impaired where the plan asks for it.
template <class Network>
class Impaired : public Decorated<Network, ImpairedPort<typename Network::Port>> {
  using Base = Decorated<Network, ImpairedPort<typename Network::Port>>;

 public:
  // The plan must outlive the network.
  std::string open(const core::Plan& plan) {
    std::uint64_t index = 0;
    return this->open_around(plan, [&](auto& inner, const core::LinkPlan& link, End) {
      const auto& named = plan.impair.links;
      const bool on = std::find(named.begin(), named.end(), link.name) != named.end();
      return std::make_unique<typename Base::Port>(inner, plan.impair, on, index++);
    });
  }
};

}  // namespace hopscope::net
