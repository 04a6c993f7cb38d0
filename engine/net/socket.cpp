#include "engine/net/socket.h"

#include <arpa/inet.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "engine/net/netns.h"

namespace hopscope::net {
namespace {

constexpr int kSocketBufferBytes = 8 << 20;  // a few milliseconds of a full-rate feed

std::string describe(const core::EndPlan& end, const char* what) {
  return "link end " + end.ip + " in namespace " + end.netns + ": " + what + ": " + std::strerror(errno);
}

std::string open_end(const core::EndPlan& own, const core::EndPlan& peer, const core::BusyPollPlan& busy_poll, int& fd) {
  return in_namespace(own.netns, [&]() -> std::string {
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return describe(own, "socket");
    for (const int option : {SO_RCVBUFFORCE, SO_SNDBUFFORCE}) {
      if (setsockopt(fd, SOL_SOCKET, option, &kSocketBufferBytes, sizeof kSocketBufferBytes) == 0) continue;
      const int plain = option == SO_RCVBUFFORCE ? SO_RCVBUF : SO_SNDBUF;  // without CAP_NET_ADMIN: what the limits allow
      setsockopt(fd, SOL_SOCKET, plain, &kSocketBufferBytes, sizeof kSocketBufferBytes);
    }
    if (busy_poll.ns > 0) {
      const int prefer = 1, budget = static_cast<int>(busy_poll.budget), microseconds = static_cast<int>((busy_poll.ns + 999) / 1000);
      if (setsockopt(fd, SOL_SOCKET, SO_PREFER_BUSY_POLL, &prefer, sizeof prefer) != 0 ||
          setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL, &microseconds, sizeof microseconds) != 0 ||
          setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL_BUDGET, &budget, sizeof budget) != 0)
        return describe(own, "busy polling (it needs root and Linux 5.11; or --set pipeline.busy_poll.for=0)");
    }
    const auto address = [](const core::EndPlan& end, sockaddr_in& to) {
      to = {};
      to.sin_family = AF_INET;
      to.sin_port = htons(end.udp_port);
      return inet_pton(AF_INET, end.ip.c_str(), &to.sin_addr) == 1;
    };
    sockaddr_in here{}, there{};
    if (!address(own, here) || !address(peer, there)) return "link end " + own.ip + ": not an IPv4 address";
    if (bind(fd, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0) return describe(own, "bind");
    if (connect(fd, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0) return describe(own, "connect");
    return {};
  });
}

}  // namespace

SocketPort::SocketPort(int fd, unsigned burst) : fd_(fd), burst_(burst) {
  for (unsigned i = 0; i < kMaxBurst; ++i) {
    rx_vectors_[i] = {rx_buffers_[i].data(), rx_buffers_[i].size()};
    rx_headers_[i].msg_hdr.msg_iov = &rx_vectors_[i];
    rx_headers_[i].msg_hdr.msg_iovlen = 1;
    tx_vectors_[i] = {tx_buffers_[i].data(), 0};
    tx_headers_[i].msg_hdr.msg_iov = &tx_vectors_[i];
    tx_headers_[i].msg_hdr.msg_iovlen = 1;
  }
}

SocketPort::~SocketPort() { close(fd_); }

std::span<const Payload> SocketPort::rx_burst() {
  const int received = recvmmsg(fd_, rx_headers_.data(), burst_, MSG_DONTWAIT, nullptr);
  if (received <= 0) return {};
  for (int i = 0; i < received; ++i) {
    const auto at = static_cast<std::size_t>(i);
    views_[at] = Payload(rx_buffers_[at].data(), rx_headers_[at].msg_len);
  }
  counters_.rx += static_cast<std::uint64_t>(received);
  return {views_.data(), static_cast<std::size_t>(received)};
}

std::size_t SocketPort::tx_flush() {
  if (committed_ == 0) return 0;
  const int sent = sendmmsg(fd_, tx_headers_.data(), committed_, MSG_DONTWAIT);
  if (sent <= 0) {
    // Full is tried again by the caller. Anything else (link down, namespace gone) will not get better: what was committed is lost, and
    // counted, so that nobody waits for it and the run is invalid.
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == EINTR) return committed_;
    counters_.drops += committed_;
    committed_ = 0;
    return 0;
  }
  const auto moved = static_cast<unsigned>(sent);
  counters_.tx += moved;
  for (unsigned i = moved; i < committed_; ++i) {  // the kernel's queue is full: keep the rest, in order
    std::memcpy(tx_buffers_[i - moved].data(), tx_buffers_[i].data(), tx_vectors_[i].iov_len);
    tx_vectors_[i - moved].iov_len = tx_vectors_[i].iov_len;
  }
  committed_ -= moved;
  return committed_;
}

// From the buffers they came in.
std::size_t SocketPort::reflect(wire::Swap) {
  const int received = recvmmsg(fd_, rx_headers_.data(), burst_, MSG_DONTWAIT, nullptr);
  if (received <= 0) return 0;
  for (int i = 0; i < received; ++i) rx_vectors_[static_cast<std::size_t>(i)].iov_len = rx_headers_[static_cast<std::size_t>(i)].msg_len;
  const int sent = std::max(0, sendmmsg(fd_, rx_headers_.data(), static_cast<unsigned>(received), MSG_DONTWAIT));
  for (int i = 0; i < received; ++i) rx_vectors_[static_cast<std::size_t>(i)].iov_len = sizeof(Buffer);
  counters_.rx += static_cast<std::uint64_t>(received);
  counters_.tx += static_cast<std::uint64_t>(sent);
  counters_.drops += static_cast<std::uint64_t>(received - sent);
  return static_cast<std::size_t>(sent);
}

PortCounters SocketPort::counters() const {
  PortCounters counters = counters_;
  std::uint32_t memory[SK_MEMINFO_VARS] = {};
  socklen_t length = sizeof memory;
  if (getsockopt(fd_, SOL_SOCKET, SO_MEMINFO, memory, &length) == 0) counters.drops += memory[SK_MEMINFO_DROPS];
  return counters;
}

std::string SocketNetwork::open(const core::Plan& plan) {
  if (plan.link != "veth") return "link " + plan.link + " is none of the socket build: write pipeline.link: veth";
  for (const core::LinkPlan& link : plan.links) {
    int a = -1, b = -1;
    std::string error = open_end(link.a, link.b, plan.busy_poll, a);
    if (error.empty()) error = open_end(link.b, link.a, plan.busy_poll, b);
    if (!error.empty()) {
      if (a >= 0) close(a);
      if (b >= 0) close(b);
      return "port: " + link.name + ": " + error;
    }
    Link& opened = links_.emplace_back();
    opened.name = link.name;
    opened.a = std::make_unique<SocketPort>(a, plan.burst);
    opened.b = std::make_unique<SocketPort>(b, plan.burst);
  }
  return {};
}

SocketPort& SocketNetwork::port(const std::string& link, End end) {
  for (Link& candidate : links_)
    if (candidate.name == link) return end == End::A ? *candidate.a : *candidate.b;
  __builtin_unreachable();  // the plan was checked: every role's links are in it
}

}  // namespace hopscope::net
