#include "engine/net/dpdk_devices.h"

#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_ring.h>
#include <unistd.h>

#include "engine/net/netns.h"

namespace hopscope::net {
namespace {

constexpr std::uint16_t kRingEntries = 1024;      // packets under way on one direction of a ring link
constexpr std::uint16_t kDescriptors = 512;       // a direction of any other device: with what a veth pair holds, as much as a ring
constexpr std::uint16_t kXdpDescriptors = 2048;   // of each of net_af_xdp's fill and completion rings, whatever is asked for
constexpr unsigned kLinkUpMilliseconds = 10'000;  // an emulated card negotiates for seconds

bool is_ring(const std::string& kind, const core::LinkPlan& link) { return kind == "ring" || (kind == "pci" && link.a.ifname.empty()); }

std::string reason(int error) { return rte_strerror(error < 0 ? -error : error); }

std::string start_device(std::uint16_t device, std::uint16_t descriptors, rte_mempool* pool) {
  rte_eth_conf conf{};
  std::uint16_t receive = descriptors, transmit = descriptors;
  int error = rte_eth_dev_configure(device, 1, 1, &conf);
  if (error == 0) error = rte_eth_dev_adjust_nb_rx_tx_desc(device, &receive, &transmit);
  if (error == 0) error = rte_eth_rx_queue_setup(device, 0, receive, 0, nullptr, pool);
  if (error == 0) error = rte_eth_tx_queue_setup(device, 0, transmit, 0, nullptr);
  if (error == 0) error = rte_eth_dev_start(device);
  return error == 0 ? "" : "device does not start: " + reason(error);
}

// Two devices and the two rings between them.
std::string open_rings(const std::string& name, rte_mempool* pool, DevicePair& pair) {
  rte_ring* there = rte_ring_create((name + ">").c_str(), kRingEntries, 0, RING_F_SP_ENQ | RING_F_SC_DEQ);
  rte_ring* back = rte_ring_create((name + "<").c_str(), kRingEntries, 0, RING_F_SP_ENQ | RING_F_SC_DEQ);
  if (!there || !back) return "rte_ring_create: " + reason(rte_errno) + ": reserve more hugepages";
  const int a = rte_eth_from_rings((name + ".a").c_str(), &back, 1, &there, 1, 0);
  const int b = rte_eth_from_rings((name + ".b").c_str(), &there, 1, &back, 1, 0);
  if (a < 0 || b < 0) return "rte_eth_from_rings: " + reason(rte_errno);
  pair = {static_cast<std::uint16_t>(a), static_cast<std::uint16_t>(b)};
  std::string error = start_device(pair.a, kRingEntries, pool);
  if (error.empty()) error = start_device(pair.b, kRingEntries, pool);
  return error;
}

// One virtual device with its driver's arguments.
struct VirtualDevice {
  std::string driver, arguments;
};

VirtualDevice virtual_device(const std::string& kind, const core::EndPlan& end, bool left) {
  const std::string& name = end.ifname;
  if (kind == "af_packet") return {"net_af_packet", "iface=" + name + ",framesz=2048,framecnt=" + std::to_string(kDescriptors)};
  if (kind == "af_xdp") return {"net_af_xdp", "iface=" + name};
  if (kind == "tap") return {"net_tap", "iface=" + name};
  if (kind == "memif") return {"net_memif", std::string("role=") + (left ? "server" : "client") + ",socket-abstract=yes,socket=" + name};
  if (left) return {"net_virtio_user", "queues=1,queue_size=" + std::to_string(kDescriptors) + ",path=" + name};
  return {"net_vhost", "queues=1,iface=" + name};
}

std::string remedy(const std::string& kind) {
  if (kind == "tap") return "the kernel needs CONFIG_TUN, and /dev/net/tun must be there";
  if (kind == "af_xdp") return "the kernel needs CONFIG_XDP_SOCKETS, and the drivers librte_net_af_xdp (apt-get install libdpdk-dev)";
  return "`hopscope run` makes what it needs, as root; the driver comes with libdpdk-dev";
}

std::string open_virtual(const std::string& kind, const std::string& link, const core::EndPlan& end, bool left, rte_mempool* pool,
                         std::uint16_t& device) {
  const VirtualDevice made = virtual_device(kind, end, left);
  const std::string name = made.driver + "_" + link + (left ? ".a" : ".b");
  return in_namespace(end.netns, [&]() -> std::string {
    int error = rte_vdev_init(name.c_str(), made.arguments.c_str());
    if (error == 0) error = rte_eth_dev_get_port_by_name(name.c_str(), &device);
    if (error != 0) return made.driver + " (" + made.arguments + "): " + reason(error) + ": " + remedy(kind);
    const std::string failed = start_device(device, kDescriptors, pool);
    return failed.empty() ? "" : made.driver + " (" + made.arguments + "): " + failed;
  });
}

// The right end first where it is the one that the other connects to.
std::string open_virtual_pair(const std::string& kind, const core::LinkPlan& link, rte_mempool* pool, DevicePair& pair) {
  const auto open = [&](bool left) { return open_virtual(kind, link.name, left ? link.a : link.b, left, pool, left ? pair.a : pair.b); };
  const bool left_first = kind != "virtio_user";
  std::string error = open(left_first);
  return error.empty() ? open(!left_first) : error;
}

std::string open_card(const core::EndPlan& end, rte_mempool* pool, std::uint16_t& device) {
  if (rte_eth_dev_get_port_by_name(end.ifname.c_str(), &device) != 0)
    return "no DPDK driver took the device " + end.ifname + ": bind it first, dpdk-devbind.py --bind=vfio-pci " + end.ifname +
           " (docs/dpdk.md)";
  std::string error = start_device(device, kDescriptors, pool);
  // Frames go to the plan's addresses, not to the card's own.
  if (error.empty() && rte_eth_promiscuous_enable(device) != 0) error = "no promiscuous mode";
  return error.empty() ? "" : end.ifname + ": " + error;
}

std::string open_cards(const core::LinkPlan& link, rte_mempool* pool, DevicePair& pair) {
  std::string error = open_card(link.a, pool, pair.a);
  return error.empty() ? open_card(link.b, pool, pair.b) : error;
}

// Peers find each other, and cards their link, in their own time.
std::string wait_for_link(const DevicePair& pair) {
  for (const std::uint16_t device : {pair.a, pair.b}) {
    rte_eth_link link{};
    for (unsigned waited = 0; rte_eth_link_get_nowait(device, &link) != 0 || link.link_status != RTE_ETH_LINK_UP; ++waited) {
      if (waited == kLinkUpMilliseconds) return "no carrier after " + std::to_string(kLinkUpMilliseconds / 1000) + " s: is the cable in?";
      usleep(1'000);
    }
  }
  return {};
}

}  // namespace

unsigned mbufs_held(const std::string& kind) {
  if (kind == "ring") return 2 * kRingEntries;
  if (kind == "af_xdp") return 4 * kXdpDescriptors;
  return 4 * kDescriptors;
}

std::string open_devices(const std::string& kind, const core::LinkPlan& link, rte_mempool* pool, DevicePair& pair) {
  std::string error;
  if (is_ring(kind, link)) {
    error = open_rings(link.name, pool, pair);
  } else if (kind == "pci") {
    error = open_cards(link, pool, pair);
  } else {
    error = open_virtual_pair(kind, link, pool, pair);
  }
  return error.empty() ? wait_for_link(pair) : error;
}

void close_device(std::uint16_t device, const std::string& netns) {
  in_namespace(netns, [device]() -> std::string {
    rte_eth_dev_stop(device);
    rte_eth_dev_close(device);
    return {};
  });
}

}  // namespace hopscope::net
