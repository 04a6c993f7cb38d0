#include "engine/net/dpdk.h"

#include <rte_eal.h>
#include <rte_errno.h>

#include "engine/net/dpdk_devices.h"
#include "engine/net/dpdk_eal.h"
#include "engine/net/link_endpoints.h"

namespace hopscope::net {
namespace {

constexpr unsigned kPoolCache = 256;

// Every direction of every link may be full, every port holds a burst on either side and its spares, every lcore has a cache.
unsigned mbufs_needed(const core::Plan& plan) {
  const auto lcores = static_cast<unsigned>(plan.lcores.size());
  return static_cast<unsigned>(plan.links.size()) * (mbufs_held(plan.link) + 2 * (2 * kMaxBurst + DpdkPort::kSpares)) +
         (lcores + 1) * kPoolCache;
}

}  // namespace

DpdkPort::DpdkPort(std::uint16_t device, std::string netns, rte_mempool* pool, const wire::UdpEndpoint& own, const wire::UdpEndpoint& peer,
                   const core::Plan& plan)
    : device_(device),
      netns_(std::move(netns)),
      burst_(static_cast<std::uint16_t>(plan.burst)),
      loses_what_it_took_(plan.link == "af_packet"),
      pool_(pool),
      own_(own),
      reflector_(own),
      writer_(own, peer) {}

DpdkPort::~DpdkPort() {
  rx_release();
  if (committed_ > 0) rte_pktmbuf_free_bulk(tx_mbufs_.data(), committed_);
  if (spare_ > 0) rte_pktmbuf_free_bulk(spares_.data(), spare_);
  close_device(device_, netns_);
}

PortCounters DpdkPort::counters() const {
  PortCounters counters = counters_;
  rte_eth_stats stats{};
  if (rte_eth_stats_get(device_, &stats) != 0) return counters;
  counters.drops += stats.imissed + stats.ierrors + stats.rx_nombuf;
  // oerrors of net_af_packet are packets that it took and could not send. Elsewhere they are no loss: net_ring counts what did not fit into
  // the ring, and tx_flush keeps exactly that for the next try.
  if (loses_what_it_took_) counters.drops += stats.oerrors;
  return counters;
}

DpdkNetwork::~DpdkNetwork() {
  links_.clear();
  if (initialised_) rte_eal_cleanup();
}

std::string DpdkNetwork::open(const core::Plan& plan) {
  if (2 * plan.links.size() > RTE_MAX_ETHPORTS)
    return "dpdk: " + std::to_string(plan.links.size()) + " links need two ports each, and this DPDK was built for " +
           std::to_string(RTE_MAX_ETHPORTS) + ": use fewer venues";
  if (std::string error = start_eal(plan, mbufs_needed(plan)); !error.empty()) return error;
  initialised_ = true;
  rte_mempool* pool = rte_pktmbuf_pool_create("hopscope", mbufs_needed(plan), kPoolCache, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
  if (!pool)
    return std::string("dpdk: no mempool (") + rte_strerror(rte_errno) + "): use fewer venues, or hugepages: --set pipeline.hugepages=on";
  for (const core::LinkPlan& link : plan.links) {
    wire::UdpEndpoint a, b;
    if (std::string error = link_endpoints(link, a, b); !error.empty()) return "port: " + error;
    DevicePair pair;
    if (std::string error = open_devices(plan.link, link, pool, pair); !error.empty()) return "port: " + link.name + ": " + error;
    links_.push_back({link.name, std::make_unique<DpdkPort>(pair.a, link.a.netns, pool, a, b, plan),
                      std::make_unique<DpdkPort>(pair.b, link.b.netns, pool, b, a, plan)});
  }
  return {};
}

DpdkPort& DpdkNetwork::port(const std::string& link, End end) {
  for (Link& candidate : links_)
    if (candidate.name == link) return end == End::A ? *candidate.a : *candidate.b;
  __builtin_unreachable();  // the plan was checked: every role's links are in it
}

}  // namespace hopscope::net
