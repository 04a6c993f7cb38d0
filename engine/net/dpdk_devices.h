// The DPDK devices at the two ends of a link, by what carries its packets.
//
//   ring         two net_ring devices joined crosswise: the wire is a pointer moved through memory
//   af_packet    a packet socket at each end of a veth pair: the kernel copies, its UDP stack is left out
//   af_xdp       an AF_XDP socket at each end of a veth pair: mbufs are the kernel's own buffers where the driver can do that
//   tap          a TAP interface at each end, and a bridge of the kernel between them
//   virtio_user  virtio_user at the left end, vhost at the right one: two vrings in shared memory, as into a virtual machine
//   memif        shared-memory rings, server at the left end, client at the right one, both in this process
//   pci          two network cards by PCI address, cabled to each other; links for which the plan names none run over rings
#pragma once

#include <rte_mempool.h>

#include <cstdint>
#include <string>

#include "engine/core/plan.h"

namespace hopscope::net {

struct DevicePair {
  std::uint16_t a = 0, b = 0;
};

// Buffers that the two devices of one link of this kind may hold, in their rings and on their way.
unsigned mbufs_held(const std::string& kind);

// Creates, configures and starts both devices, and waits until they see each other. Returns an empty string or one line with its remedy.
std::string open_devices(const std::string& kind, const core::LinkPlan& link, rte_mempool* pool, DevicePair& pair);

// Where the device's interface is: what it undoes in the kernel it must undo there.
void close_device(std::uint16_t device, const std::string& netns);

}  // namespace hopscope::net
