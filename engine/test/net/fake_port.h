// A port that receives one payload, of any length, for ever.
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "engine/net/port.h"

namespace hopscope::net {

class FakePort {
 public:
  explicit FakePort(std::vector<std::byte> payload) : payload_(std::move(payload)), view_{payload_} {}
  FakePort(const FakePort&) = delete;
  FakePort& operator=(const FakePort&) = delete;

  std::span<const Payload> rx_burst() {
    ++counters_.rx;
    return view_;
  }
  void rx_release() {}
  std::span<std::byte> tx_reserve() { return {}; }
  void tx_commit(std::size_t) {}
  std::size_t tx_flush() { return 0; }
  PortCounters counters() const { return counters_; }

 private:
  std::vector<std::byte> payload_;
  std::array<Payload, 1> view_;
  PortCounters counters_;
};

}  // namespace hopscope::net
