#include "engine/net/afxdp.h"

#include <linux/if_link.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "engine/net/link_endpoints.h"
#include "engine/net/netns.h"

namespace hopscope::net {

// From the best to the one that works with every driver.
struct AfxdpPort::Attempt {
  core::XdpMode mode;
  const char* name;
  bool generic;
  std::uint16_t bind_flags;
};

AfxdpPort::AfxdpPort(const wire::UdpEndpoint& own, const wire::UdpEndpoint& peer, const core::Plan& plan)
    : own_(own), reflector_(own), writer_(own, peer), plan_(plan.xdp), busy_poll_plan_(plan.busy_poll), burst_(plan.burst) {}

AfxdpPort::~AfxdpPort() {
  program_.detach();
  close_socket();
}

void AfxdpPort::close_socket() {
  if (socket_) xsk_socket__delete(socket_);
  if (kernel_umem_) xsk_umem__delete(kernel_umem_);
  socket_ = nullptr;
  kernel_umem_ = nullptr;
  fd_ = -1;
}

std::string AfxdpPort::open(const std::string& ifname) {
  static constexpr Attempt kAttempts[] = {{core::XdpMode::ZeroCopy, "zero-copy", false, XDP_ZEROCOPY},
                                          {core::XdpMode::Copy, "native copy", false, XDP_COPY},
                                          {core::XdpMode::Generic, "generic copy", true, XDP_COPY}};
  if (std::string error = umem_.allocate(kReceiveFrames, kSendFrames); !error.empty()) return error;
  if (std::string error = program_.load(own_); !error.empty()) return error;
  std::string refusals;
  for (const Attempt& attempt : kAttempts) {
    if (plan_.mode != core::XdpMode::Auto && plan_.mode != attempt.mode) continue;
    int error = 0;
    const std::string step = try_open(ifname, attempt, error);
    if (step.empty()) {
      mode_ = attempt.name;
      return set_busy_poll();
    }
    close_socket();
    program_.detach();
    refusals += (refusals.empty() ? "" : "; ") + std::string(attempt.name) + ": " + step + ": " + std::strerror(error);
  }
  return "AF_XDP on " + ifname + " is refused (" + refusals +
         "): it needs root, CONFIG_XDP_SOCKETS=y and Linux 5.9; --set pipeline.xdp.mode=auto takes what the driver can";
}

// Returns the step that failed.
std::string AfxdpPort::try_open(const std::string& ifname, const Attempt& attempt, int& error) {
  xsk_umem_config memory{};
  memory.fill_size = kReceiveFrames;
  memory.comp_size = kSendFrames;
  memory.frame_size = Umem::kFrameBytes;
  error = -xsk_umem__create(&kernel_umem_, umem_.area(), umem_.bytes(), &fill_, &completion_, &memory);
  if (error != 0) {
    kernel_umem_ = nullptr;
    return "packet memory";
  }
  xsk_socket_config config{};
  config.rx_size = kReceiveFrames;
  config.tx_size = kSendFrames;
  config.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD;  // ours is another one
  config.bind_flags = static_cast<std::uint16_t>(attempt.bind_flags | (plan_.need_wakeup ? XDP_USE_NEED_WAKEUP : 0));
  error = program_.attach(ifname, attempt.generic);
  if (error != 0) return "XDP program";
  error = -xsk_socket__create(&socket_, ifname.c_str(), 0, kernel_umem_, &rx_, &tx_, &config);
  if (error != 0) {
    socket_ = nullptr;
    return "bind";
  }
  fd_ = xsk_socket__fd(socket_);
  std::uint32_t at = 0;
  if (xsk_ring_prod__reserve(&fill_, kReceiveFrames, &at) != kReceiveFrames) return "fill ring";
  for (std::uint32_t i = 0; i < kReceiveFrames; ++i) *xsk_ring_prod__fill_addr(&fill_, at + i) = std::uint64_t{i} * Umem::kFrameBytes;
  xsk_ring_prod__submit(&fill_, kReceiveFrames);
  error = -xsk_socket__update_xskmap(socket_, program_.sockets_fd());
  return error == 0 ? "" : "map of sockets";
}

std::string AfxdpPort::set_busy_poll() {
  if (busy_poll_plan_.ns == 0) return {};
  const int prefer = 1, microseconds = static_cast<int>((busy_poll_plan_.ns + 999) / 1000),
            budget = static_cast<int>(busy_poll_plan_.budget);
  if (setsockopt(fd_, SOL_SOCKET, SO_PREFER_BUSY_POLL, &prefer, sizeof prefer) != 0 ||
      setsockopt(fd_, SOL_SOCKET, SO_BUSY_POLL, &microseconds, sizeof microseconds) != 0 ||
      setsockopt(fd_, SOL_SOCKET, SO_BUSY_POLL_BUDGET, &budget, sizeof budget) != 0)
    return std::string("busy polling is refused (") + std::strerror(errno) +
           "): it needs root and Linux 5.11; or --set pipeline.busy_poll.for=0";
  busy_poll_ = true;
  return {};
}

// In copy mode one call sends at most 32 frames (TX_BATCH_SIZE in net/xdp/xsk.c), so it is made until the kernel stops taking.
std::size_t AfxdpPort::kick() {
  std::uint32_t left = unsent();
  while (left > 0) {
    if (!plan_.need_wakeup || xsk_ring_prod__needs_wakeup(&tx_)) {
      if (sendto(fd_, nullptr, 0, MSG_DONTWAIT, nullptr, 0) < 0 && errno != EAGAIN && errno != EBUSY && errno != ENOBUFS &&
          errno != EINTR) {
        // Link down or namespace gone: it will not get better. What was committed is lost, and counted once: it stays on the ring.
        counters_.drops += std::min<std::uint64_t>(left, counters_.tx - given_up_);
        given_up_ = counters_.tx;
        sending_ = false;
        return 0;
      }
    }
    const std::uint32_t before = left;
    left = unsent();
    if (left == before) return left;
  }
  sending_ = false;
  return 0;
}

PortCounters AfxdpPort::counters() const {
  PortCounters counters = counters_;
  xdp_statistics lost{};
  socklen_t length = sizeof lost;
  // rx_fill_ring_empty_descs tells why rx_dropped grew; older kernels leave rx_ring_full out.
  if (getsockopt(fd_, SOL_XDP, XDP_STATISTICS, &lost, &length) == 0)
    counters.drops += lost.rx_dropped + lost.rx_ring_full + lost.rx_invalid_descs + lost.tx_invalid_descs;
  return counters;
}

std::string AfxdpNetwork::open(const core::Plan& plan) {
  if (plan.link != "veth") return "link " + plan.link + " is none of the afxdp build: write pipeline.link: veth";
  for (const core::LinkPlan& link : plan.links) {
    wire::UdpEndpoint a, b;
    if (std::string error = link_endpoints(link, a, b); !error.empty()) return "port: " + error;
    Link& opened = links_.emplace_back();
    opened.name = link.name;
    opened.a = std::make_unique<AfxdpPort>(a, b, plan);
    opened.b = std::make_unique<AfxdpPort>(b, a, plan);
    std::string error = in_namespace(link.a.netns, [&] { return opened.a->open(link.a.ifname); });
    if (error.empty()) error = in_namespace(link.b.netns, [&] { return opened.b->open(link.b.ifname); });
    if (!error.empty()) return "port: " + link.name + ": " + error;
  }
  return {};
}

std::string AfxdpNetwork::conditions() const {
  std::set<std::string> modes;
  for (const Link& link : links_) modes.insert({link.a->mode(), link.b->mode()});
  std::string all;
  for (const std::string& mode : modes) all += (all.empty() ? "" : " and ") + mode;
  return "AF_XDP sockets work in mode " + all;
}

AfxdpPort& AfxdpNetwork::port(const std::string& link, End end) {
  for (Link& candidate : links_)
    if (candidate.name == link) return end == End::A ? *candidate.a : *candidate.b;
  __builtin_unreachable();  // the plan was checked: every role's links are in it
}

}  // namespace hopscope::net
