#include "engine/net/dpdk.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_ring.h>

#include <cstring>
#include <fstream>

#include "engine/wire/endpoint_text.h"

namespace hopscope::net {
namespace {

constexpr unsigned kRingEntries = 1024;  // packets under way on one direction of a link
constexpr unsigned kPoolCache = 256;
// Every direction of every link may be full, every port holds a burst on either side, every lcore has a cache.
unsigned mbufs_needed(const core::Plan& plan) {
  const auto lcores = static_cast<unsigned>(plan.lcores.size());
  return static_cast<unsigned>(plan.links.size()) * (2 * kRingEntries + 4 * kMaxBurst) + (lcores + 1) * kPoolCache;
}

// On 4 KiB pages an mbuf takes a page of its own, for it may not straddle two. Enough for 7 venues on hugepages and 2 without; with more
// venues and no hugepages EAL finds no room for the mempool, whatever it is given (seen with DPDK 22.11).
std::uint64_t megabytes_needed(const core::Plan& plan) { return (std::uint64_t{mbufs_needed(plan)} * 4096 >> 20) + 32; }

// EAL says much and nothing that helps when no hugepage is free; ask first.
std::string check_hugepages(std::uint64_t megabytes) {
  std::ifstream meminfo("/proc/meminfo");
  std::string key;
  std::uint64_t value = 0, free_pages = 0, page_kib = 2048;
  while (meminfo >> key >> value) {
    if (key == "HugePages_Free:") free_pages = value;
    if (key == "Hugepagesize:") page_kib = value;
    std::getline(meminfo, key);
  }
  if (free_pages * page_kib >= megabytes * 1024) return {};
  return "hugepages: " + std::to_string(free_pages) + " of " + std::to_string(page_kib) + " KiB are free, the dpdk build needs " +
         std::to_string(megabytes) + " MiB of them for this plan: echo 256 > /proc/sys/vm/nr_hugepages, or --set pipeline.hugepages=off";
}

std::string start_eal(const core::Plan& plan) {
  const std::string lcore = std::to_string(plan.lcores.front().cpu);
  // in-memory: no file in hugetlbfs and no runtime folder stays behind, even after kill -9. no-pci: ring links need no device, and a probe
  // of the PCI bus could take the machine's own NIC.
  std::vector<std::string> arguments = {"hopscope", "-l", lcore, "--no-pci", "--no-telemetry", "--log-level=*:error"};
  // EAL refuses in-memory together with no-huge; there no-shconf does the same.
  arguments.emplace_back(plan.hugepages ? "--in-memory" : "--no-shconf");
  if (!plan.hugepages) {
    arguments.insert(arguments.end(), {"--no-huge", "-m", "64"});
  } else if (std::string error = check_hugepages(megabytes_needed(plan)); !error.empty()) {
    return error;
  }
  std::vector<char*> argv;
  argv.reserve(arguments.size());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  if (rte_eal_init(static_cast<int>(argv.size()), argv.data()) < 0)
    return std::string("dpdk: rte_eal_init failed (") + rte_strerror(rte_errno) + "): `hopscope doctor` shows what is missing";
  return {};
}

std::string start_device(std::uint16_t device, rte_mempool* pool) {
  rte_eth_conf conf{};
  int error = rte_eth_dev_configure(device, 1, 1, &conf);
  if (error == 0) error = rte_eth_rx_queue_setup(device, 0, kRingEntries, 0, nullptr, pool);
  if (error == 0) error = rte_eth_tx_queue_setup(device, 0, kRingEntries, 0, nullptr);
  if (error == 0) error = rte_eth_dev_start(device);
  return error == 0 ? "" : std::string("device does not start: ") + rte_strerror(-error);
}

// Two ports and the two rings between them.
std::string open_ring_link(const std::string& name, rte_mempool* pool, int& device_a, int& device_b) {
  rte_ring* there = rte_ring_create((name + ">").c_str(), kRingEntries, 0, RING_F_SP_ENQ | RING_F_SC_DEQ);
  rte_ring* back = rte_ring_create((name + "<").c_str(), kRingEntries, 0, RING_F_SP_ENQ | RING_F_SC_DEQ);
  if (!there || !back) return std::string("rte_ring_create: ") + rte_strerror(rte_errno) + ": reserve more hugepages";
  device_a = rte_eth_from_rings((name + ".a").c_str(), &back, 1, &there, 1, 0);
  device_b = rte_eth_from_rings((name + ".b").c_str(), &there, 1, &back, 1, 0);
  if (device_a < 0 || device_b < 0) return std::string("rte_eth_from_rings: ") + rte_strerror(rte_errno);
  std::string error = start_device(static_cast<std::uint16_t>(device_a), pool);
  if (error.empty()) error = start_device(static_cast<std::uint16_t>(device_b), pool);
  return error;
}

}  // namespace

DpdkPort::DpdkPort(std::uint16_t device, rte_mempool* pool, const wire::UdpEndpoint& own, const wire::UdpEndpoint& peer, unsigned burst)
    : device_(device), burst_(static_cast<std::uint16_t>(burst)), pool_(pool), own_(own), writer_(own, peer) {}

DpdkPort::~DpdkPort() {
  rx_release();
  if (committed_ > 0) rte_pktmbuf_free_bulk(tx_mbufs_.data(), committed_);
  if (spare_ > 0) rte_pktmbuf_free_bulk(spares_.data(), spare_);
  rte_eth_dev_stop(device_);
  rte_eth_dev_close(device_);
}

PortCounters DpdkPort::counters() const {
  PortCounters counters = counters_;
  rte_eth_stats stats{};
  // oerrors is not a loss here: net_ring counts what did not fit into the ring, and tx_flush keeps exactly that for the next try.
  if (rte_eth_stats_get(device_, &stats) == 0) counters.drops = stats.imissed + stats.ierrors + stats.rx_nombuf;
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
  if (std::string error = start_eal(plan); !error.empty()) return error;
  initialised_ = true;
  rte_mempool* pool = rte_pktmbuf_pool_create("hopscope", mbufs_needed(plan), kPoolCache, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
  if (!pool)
    return std::string("dpdk: no mempool (") + rte_strerror(rte_errno) + "): use fewer venues, or hugepages: --set pipeline.hugepages=on";
  for (const core::LinkPlan& link : plan.links) {
    wire::UdpEndpoint a, b;
    if (!wire::parse_endpoint(link.a.mac, link.a.ip, link.a.udp_port, a) ||
        !wire::parse_endpoint(link.b.mac, link.b.ip, link.b.udp_port, b))
      return "port: " + link.name + ": mac and ip must read like 02:00:00:00:00:01 and 10.77.0.1";
    int device_a = -1, device_b = -1;
    if (std::string error = open_ring_link(link.name, pool, device_a, device_b); !error.empty()) return "port: " + link.name + ": " + error;
    links_.push_back({link.name, std::make_unique<DpdkPort>(static_cast<std::uint16_t>(device_a), pool, a, b, plan.burst),
                      std::make_unique<DpdkPort>(static_cast<std::uint16_t>(device_b), pool, b, a, plan.burst)});
  }
  return {};
}

DpdkPort& DpdkNetwork::port(const std::string& link, End end) {
  for (Link& candidate : links_)
    if (candidate.name == link) return end == End::A ? *candidate.a : *candidate.b;
  __builtin_unreachable();  // the plan was checked: every role's links are in it
}

}  // namespace hopscope::net
