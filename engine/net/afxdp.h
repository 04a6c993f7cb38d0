// Build `afxdp`: AF_XDP sockets, the kernel's own rings into and out of user memory, on veth pairs.
//
// Each end of a link is one socket on queue 0 of its interface, with frames of its own (Umem); an XDP program hands it the datagrams to its
// address and port, the kernel keeps the rest. Receive is zero-copy towards the engine: payloads point into the frames until rx_release.
// Whether the kernel copies between its buffers and ours depends on the driver: mode() says what was got.
//
// Linux documentation: networking/af_xdp.rst.
#pragma once

#include <sys/socket.h>
#include <xdp/xsk.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/plan.h"
#include "engine/net/link.h"
#include "engine/net/port.h"
#include "engine/net/umem.h"
#include "engine/net/xdp_program.h"
#include "engine/wire/frame.h"

namespace hopscope::net {

class AfxdpPort {
 public:
  static constexpr std::uint32_t kReceiveFrames = 2048;  // on the fill ring, the receive ring, or with the engine
  static constexpr std::uint32_t kSendFrames = 1024;     // on the transmit ring, the completion ring, or free

  AfxdpPort(const wire::UdpEndpoint& own, const wire::UdpEndpoint& peer, const core::Plan& plan);
  AfxdpPort(const AfxdpPort&) = delete;
  AfxdpPort& operator=(const AfxdpPort&) = delete;
  ~AfxdpPort();

  // In the calling thread's network namespace. Returns an empty string or one line.
  std::string open(const std::string& ifname);
  // "zero-copy", "native copy" or "generic copy".
  const char* mode() const { return mode_; }

  std::span<const Payload> rx_burst() {
    peek();
    std::size_t good = 0;
    for (std::uint32_t i = 0; i < received_; ++i) {
      if (i + 1 < received_) __builtin_prefetch(umem_.at(frames_[i + 1].addr));
      const std::span<const std::byte> frame(umem_.at(frames_[i].addr), frames_[i].len);
      if (const auto payload = wire::parse_frame(frame, own_)) {
        views_[good++] = *payload;
      } else {
        ++counters_.rx_malformed;
      }
    }
    counters_.rx += good;
    return {views_.data(), good};
  }

  void rx_release() {
    if (received_ == 0) return;
    std::uint32_t at = 0;
    xsk_ring_prod__reserve(&fill_, received_, &at);  // as large as there are frames for it: never full
    for (std::uint32_t i = 0; i < received_; ++i) *xsk_ring_prod__fill_addr(&fill_, at + i) = Umem::frame_of(frames_[i].addr);
    xsk_ring_prod__submit(&fill_, received_);
    received_ = 0;
  }

  std::span<std::byte> tx_reserve() {
    if (committed_ == kMaxBurst) return {};
    if (!umem_.has_free()) {
      reap();
      if (!umem_.has_free()) return {};
    }
    return {umem_.at(umem_.next_free()) + wire::FrameWriter::kHeaderBytes, kMaxPayloadBytes};
  }

  void tx_commit(std::size_t bytes) {
    const std::uint64_t frame = umem_.take();
    const std::size_t length = writer_.finish({umem_.at(frame), Umem::kFrameBytes}, bytes);
    put(frame, static_cast<std::uint32_t>(length));
  }

  std::size_t tx_flush() {
    if (committed_ > 0) {
      xsk_ring_prod__submit(&tx_, committed_);
      counters_.tx += committed_;
      committed_ = 0;
      sending_ = true;
    }
    return sending_ ? kick() : 0;
  }

  // All addresses, whatever is asked for: the XDP program takes only frames to our IP address and port, and the kernel would have the rest.
  std::size_t reflect(wire::Swap) {
    peek();
    reap();
    std::uint32_t kept = 0, sent = 0;
    for (std::uint32_t i = 0; i < received_; ++i) {
      const xdp_desc frame = frames_[i];
      if (umem_.has_free() && reflector_.reflect({umem_.at(frame.addr), frame.len}, wire::Swap::All)) {
        frames_[i].addr = umem_.take();  // goes to the fill ring in its place
        put(frame.addr, frame.len);
        ++sent;
      } else {
        ++kept;
      }
    }
    counters_.rx += sent;
    counters_.drops += kept;
    rx_release();
    tx_flush();
    return sent;
  }

  PortCounters counters() const;

 private:
  struct Attempt;

  std::string try_open(const std::string& ifname, const Attempt& attempt, int& error);
  void close_socket();
  std::string set_busy_poll();

  void peek() {
    std::uint32_t at = 0;
    received_ = xsk_ring_cons__peek(&rx_, burst_, &at);
    if (received_ == 0) [[likely]] {
      // Nothing there: let the kernel look at the device, where the driver or the plan wants it.
      if (busy_poll_ || xsk_ring_prod__needs_wakeup(&fill_)) recvfrom(fd_, nullptr, 0, MSG_DONTWAIT, nullptr, nullptr);
      return;
    }
    for (std::uint32_t i = 0; i < received_; ++i) frames_[i] = *xsk_ring_cons__rx_desc(&rx_, at + i);
    xsk_ring_cons__release(&rx_, received_);
  }

  // The transmit ring has an entry for every frame that is sent from it: never full.
  void put(std::uint64_t address, std::uint32_t bytes) {
    std::uint32_t at = 0;
    xsk_ring_prod__reserve(&tx_, 1, &at);
    *xsk_ring_prod__tx_desc(&tx_, at) = {address, bytes, 0};
    ++committed_;
  }

  // Frames that the kernel has sent are free again.
  void reap() {
    std::uint32_t at = 0;
    const std::uint32_t done = xsk_ring_cons__peek(&completion_, kSendFrames, &at);
    for (std::uint32_t i = 0; i < done; ++i) umem_.give(Umem::frame_of(*xsk_ring_cons__comp_addr(&completion_, at + i)));
    if (done > 0) xsk_ring_cons__release(&completion_, done);
  }

  std::uint32_t unsent() const { return *tx_.producer - __atomic_load_n(tx_.consumer, __ATOMIC_ACQUIRE); }
  std::size_t kick();

  wire::UdpEndpoint own_;
  wire::Reflector reflector_;
  wire::FrameWriter writer_;
  core::XdpPlan plan_;
  core::BusyPollPlan busy_poll_plan_;
  std::uint32_t burst_;
  XdpProgram program_;
  Umem umem_;
  xsk_umem* kernel_umem_ = nullptr;
  xsk_socket* socket_ = nullptr;
  xsk_ring_prod fill_{}, tx_{};
  xsk_ring_cons completion_{}, rx_{};
  int fd_ = -1;
  bool busy_poll_ = false;
  bool sending_ = false;        // the kernel may not have taken all of the transmit ring
  std::uint64_t given_up_ = 0;  // what counters_.tx was when the ring was last given up
  std::uint32_t received_ = 0, committed_ = 0;
  std::array<xdp_desc, kMaxBurst> frames_;
  std::array<Payload, kMaxBurst> views_;
  PortCounters counters_;
  const char* mode_ = "closed";
};

static_assert(ReflectingPort<AfxdpPort>);

class AfxdpNetwork {
 public:
  using Port = AfxdpPort;
  static constexpr const char* kName = "afxdp";
  // Packets on one direction of a link: the sender's transmit ring, the veth's own of 256, the receive ring; to a power of two.
  static constexpr std::uint32_t kInFlight = 4096;

  std::string open(const core::Plan& plan);
  // One line on how the ports work, for the report.
  std::string conditions() const;
  Port& port(const std::string& link, End end);
  void enter_thread() {}

 private:
  struct Link {
    std::string name;
    std::unique_ptr<AfxdpPort> a, b;
  };
  std::vector<Link> links_;
};

}  // namespace hopscope::net
