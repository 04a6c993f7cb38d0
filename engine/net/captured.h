// A network whose ports also copy what they are handed for transmission into the run's capture.
//
// Every packet of a link is seen once, at its sender, when it is handed to the port: what the link loses afterwards is in the capture, what
// the port had no room for is not. The copy, a read of the clock included, is on the engine's threads: docs/capture.md has its price. A
// pipeline that captures nothing is made for the network itself (main.cpp).
#pragma once

#include <memory>
#include <string>

#include "engine/core/clock.h"
#include "engine/core/plan.h"
#include "engine/net/capture.h"
#include "engine/net/decorated.h"
#include "engine/net/link.h"
#include "engine/net/port.h"

namespace hopscope::net {

template <Port Inner>
class CapturedPort {
 public:
  // Null: nothing is copied. Both must outlive the port.
  CapturedPort(Inner& inner, PacketRing* ring) : inner_(inner), ring_(ring) {}

  std::span<const Payload> rx_burst() { return inner_.rx_burst(); }
  void rx_release() { inner_.rx_release(); }
  std::span<std::byte> tx_reserve() { return reserved_ = inner_.tx_reserve(); }
  void tx_commit(std::size_t bytes) {
    if (ring_) ring_->push(core::now_ticks(), reserved_.first(bytes));
    inner_.tx_commit(bytes);
  }
  std::size_t tx_flush() { return inner_.tx_flush(); }
  PortCounters counters() const { return inner_.counters(); }

 private:
  Inner& inner_;
  PacketRing* ring_;
  std::span<std::byte> reserved_;
};

template <class Network>
class Captured : public Decorated<Network, CapturedPort<typename Network::Port>> {
  using Base = Decorated<Network, CapturedPort<typename Network::Port>>;

 public:
  // The file first: what cannot be written is known before EAL has started.
  std::string open(const core::Plan& plan) {
    if (std::string error = capture_.open(plan); !error.empty()) return error;
    return this->open_around(plan, [this](auto& inner, const core::LinkPlan& link, End end) {
      return std::make_unique<typename Base::Port>(inner, capture_.ring(link.name, end));
    });
  }

  Capture& capture() { return capture_; }

 private:
  Capture capture_;
};

// The capture of a network; null where it is none that captures.
template <class Network>
Capture* capture_of(Network& network) {
  if constexpr (requires { network.capture(); }) {
    return &network.capture();
  } else {
    return nullptr;
  }
}

}  // namespace hopscope::net
