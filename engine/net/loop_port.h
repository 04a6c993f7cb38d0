// A pair of ports inside one process with nothing between them: deterministic, for tests of the roles. It can be told to lose datagrams.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <vector>

#include "engine/net/port.h"

namespace hopscope::net {

class LoopPort {
 public:
  // Joins two ends. Both must outlive their use.
  static void join(LoopPort& a, LoopPort& b) {
    a.peer_ = &b;
    b.peer_ = &a;
  }

  explicit LoopPort(std::size_t capacity = 1024) : capacity_(capacity) {}

  // Decides for the nth datagram (from 0) sent on this end whether it is lost.
  std::function<bool(std::uint64_t)> lose;

  std::span<const Payload> rx_burst() {
    views_.clear();
    for (std::size_t i = 0; i < arrived_.size() && i < burst; ++i) views_.emplace_back(arrived_[i].data(), arrived_[i].size());
    return views_;
  }

  void rx_release() {
    counters_.rx += views_.size();
    arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<std::ptrdiff_t>(views_.size()));
    views_.clear();
  }

  std::span<std::byte> tx_reserve() {
    if (committed_.size() >= capacity_) return {};
    return buffer_;
  }

  void tx_commit(std::size_t bytes) { committed_.emplace_back(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(bytes)); }

  std::size_t tx_flush() {
    std::size_t moved = 0;
    for (auto& datagram : committed_) {
      if (peer_->arrived_.size() >= peer_->capacity_) break;
      if (lose && lose(sent_)) {
        ++counters_.drops;
      } else {
        peer_->arrived_.push_back(std::move(datagram));
      }
      ++sent_;
      ++moved;
      ++counters_.tx;
    }
    committed_.erase(committed_.begin(), committed_.begin() + static_cast<std::ptrdiff_t>(moved));
    return committed_.size();
  }

  PortCounters counters() const { return counters_; }

  std::size_t burst = 32;

 private:
  std::size_t capacity_;
  LoopPort* peer_ = nullptr;
  std::array<std::byte, kMaxPayloadBytes> buffer_{};
  std::vector<std::vector<std::byte>> committed_;
  std::deque<std::vector<std::byte>> arrived_;
  std::vector<Payload> views_;
  std::uint64_t sent_ = 0;
  PortCounters counters_;
};

static_assert(Port<LoopPort>);

}  // namespace hopscope::net
