// Build `socket`: UDP through the kernel, the baseline that everyone knows.
//
// Each end of a link is a connected UDP socket on its own veth interface in its own network namespace (both ends in one namespace would go
// through loopback). The namespaces are made by the runner; a socket keeps the namespace in which it was opened, so the engine enters
// each one for a moment. Receive is recvmmsg, transmit is sendmmsg, both non-blocking.
#pragma once

#include <sys/socket.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/plan.h"
#include "engine/net/link.h"
#include "engine/net/port.h"

namespace hopscope::net {

class SocketPort {
 public:
  SocketPort(int fd, unsigned burst);
  SocketPort(const SocketPort&) = delete;
  SocketPort& operator=(const SocketPort&) = delete;
  ~SocketPort();

  std::span<const Payload> rx_burst();
  void rx_release() {}
  std::span<std::byte> tx_reserve() {
    if (committed_ == kMaxBurst) return {};
    return tx_buffers_[committed_];
  }
  void tx_commit(std::size_t bytes) { tx_vectors_[committed_++].iov_len = bytes; }
  std::size_t tx_flush();
  std::size_t reflect(wire::Swap);  // the kernel addresses the answer, whatever is asked for
  PortCounters counters() const;

 private:
  using Buffer = std::array<std::byte, 2048>;

  int fd_;
  unsigned burst_;
  unsigned committed_ = 0;
  std::array<Buffer, kMaxBurst> rx_buffers_;
  std::array<Buffer, kMaxBurst> tx_buffers_;
  std::array<iovec, kMaxBurst> rx_vectors_{}, tx_vectors_{};
  std::array<mmsghdr, kMaxBurst> rx_headers_{}, tx_headers_{};
  std::array<Payload, kMaxBurst> views_;
  PortCounters counters_;
};

static_assert(ReflectingPort<SocketPort>);

class SocketNetwork {
 public:
  using Port = SocketPort;
  static constexpr const char* kName = "socket";
  static constexpr std::uint32_t kInFlight = 16'384;  // packets on one direction of a link: what the receive buffer holds of small ones

  std::string open(const core::Plan& plan);
  Port& port(const std::string& link, End end);
  void enter_thread() {}

 private:
  struct Link {
    std::string name;
    std::unique_ptr<SocketPort> a, b;
  };
  std::vector<Link> links_;
};

}  // namespace hopscope::net
