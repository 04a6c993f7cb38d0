// Build `dpdk`: DPDK poll-mode ports over whatever carries the plan's links (engine/net/dpdk_devices.h): the frames are always real
// Ethernet/IPv4/UDP.
//
// One mempool serves all ports. Receive is zero-copy: payloads point into the mbufs until rx_release. Transmit builds each payload in place
// behind its headers.
#pragma once

#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/plan.h"
#include "engine/net/link.h"
#include "engine/net/port.h"
#include "engine/wire/frame.h"

namespace hopscope::net {

class DpdkPort {
 public:
  static constexpr unsigned kSpares = 32;  // mbufs that are allocated at once

  // The interface behind the device, if there is one, is in the network namespace `netns`.
  DpdkPort(std::uint16_t device, std::string netns, rte_mempool* pool, const wire::UdpEndpoint& own, const wire::UdpEndpoint& peer,
           const core::Plan& plan);
  DpdkPort(const DpdkPort&) = delete;
  DpdkPort& operator=(const DpdkPort&) = delete;
  ~DpdkPort();

  std::span<const Payload> rx_burst() {
    received_ = rte_eth_rx_burst(device_, 0, rx_mbufs_.data(), burst_);
    std::size_t good = 0;
    for (unsigned i = 0; i < received_; ++i) {
      if (i + 1 < received_) rte_prefetch0(rte_pktmbuf_mtod(rx_mbufs_[i + 1], void*));
      const std::span<const std::byte> frame(rte_pktmbuf_mtod(rx_mbufs_[i], const std::byte*), rx_mbufs_[i]->data_len);
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
    if (received_ > 0) rte_pktmbuf_free_bulk(rx_mbufs_.data(), received_);
    received_ = 0;
  }

  std::span<std::byte> tx_reserve() {
    if (committed_ == kMaxBurst) return {};
    if (spare_ == 0) {
      if (rte_pktmbuf_alloc_bulk(pool_, spares_.data(), kSpares) != 0) return {};
      spare_ = kSpares;
    }
    return {rte_pktmbuf_mtod(spares_[spare_ - 1], std::byte*) + wire::FrameWriter::kHeaderBytes, kMaxPayloadBytes};
  }

  void tx_commit(std::size_t bytes) {
    rte_mbuf* mbuf = spares_[--spare_];
    const std::span<std::byte> room(rte_pktmbuf_mtod(mbuf, std::byte*), wire::FrameWriter::kHeaderBytes + kMaxPayloadBytes);
    const std::size_t length = writer_.finish(room, bytes);
    mbuf->data_len = static_cast<std::uint16_t>(length);
    mbuf->pkt_len = static_cast<std::uint32_t>(length);
    tx_mbufs_[committed_++] = mbuf;
  }

  std::size_t tx_flush() {
    if (committed_ == 0) return 0;
    const unsigned sent = rte_eth_tx_burst(device_, 0, tx_mbufs_.data(), static_cast<std::uint16_t>(committed_));
    counters_.tx += sent;
    committed_ -= sent;
    for (unsigned i = 0; i < committed_; ++i) tx_mbufs_[i] = tx_mbufs_[i + sent];  // the device is full: keep the rest, in order
    return committed_;
  }

  std::size_t reflect(wire::Swap swap) {
    const unsigned received = rte_eth_rx_burst(device_, 0, rx_mbufs_.data(), burst_);
    unsigned good = 0;
    while (good + wire::Reflector::kTogether <= received && reflect_some(&rx_mbufs_[good], swap)) good += wire::Reflector::kTogether;
    for (unsigned i = good; i < received; ++i) {
      rte_mbuf* mbuf = rx_mbufs_[i];
      if (reflector_.reflect({rte_pktmbuf_mtod(mbuf, std::byte*), mbuf->data_len}, swap)) {
        rx_mbufs_[good++] = mbuf;
      } else {
        ++counters_.rx_malformed;
        rte_pktmbuf_free(mbuf);
      }
    }
    if (good == 0) return 0;
    const unsigned sent = rte_eth_tx_burst(device_, 0, rx_mbufs_.data(), static_cast<std::uint16_t>(good));
    if (sent < good) rte_pktmbuf_free_bulk(rx_mbufs_.data() + sent, good - sent);
    counters_.rx += good;
    counters_.tx += sent;
    counters_.drops += good - sent;
    return sent;
  }

  PortCounters counters() const;

 private:
  bool reflect_some(rte_mbuf* const* mbufs, wire::Swap swap) {
    using wire::Swap;
    constexpr unsigned kFrames = wire::Reflector::kTogether;
    std::array<std::byte*, kFrames> frames;
    bool whole = true;
#pragma GCC unroll 4
    for (unsigned i = 0; i < kFrames; ++i) {
      frames[i] = rte_pktmbuf_mtod(mbufs[i], std::byte*);
      whole &= mbufs[i]->data_len >= wire::FrameWriter::kHeaderBytes;
    }
    return whole && (swap == Swap::Mac ? reflector_.reflect<Swap::Mac, kFrames>(frames) : reflector_.reflect<Swap::All, kFrames>(frames));
  }

  std::uint16_t device_;
  std::string netns_;
  std::uint16_t burst_;
  bool loses_what_it_took_;
  rte_mempool* pool_;
  wire::UdpEndpoint own_;
  wire::Reflector reflector_;
  wire::FrameWriter writer_;
  unsigned received_ = 0, committed_ = 0, spare_ = 0;
  std::array<rte_mbuf*, kMaxBurst> rx_mbufs_{}, tx_mbufs_{};
  std::array<rte_mbuf*, kSpares> spares_{};
  std::array<Payload, kMaxBurst> views_;
  PortCounters counters_;
};

static_assert(ReflectingPort<DpdkPort>);

class DpdkNetwork {
 public:
  using Port = DpdkPort;
  static constexpr const char* kName = "dpdk";
  static constexpr std::uint32_t kInFlight = 2'048;  // packets on one direction of a link: its ring of 1,024, and the bursts at both ends

  DpdkNetwork() = default;
  DpdkNetwork(const DpdkNetwork&) = delete;
  DpdkNetwork& operator=(const DpdkNetwork&) = delete;
  ~DpdkNetwork();

  std::string open(const core::Plan& plan);
  Port& port(const std::string& link, End end);
  // Gives a thread that EAL did not start an lcore id, and with it a mempool cache.
  void enter_thread() { rte_thread_register(); }

 private:
  struct Link {
    std::string name;
    std::unique_ptr<DpdkPort> a, b;
  };
  bool initialised_ = false;
  std::vector<Link> links_;
};

}  // namespace hopscope::net
