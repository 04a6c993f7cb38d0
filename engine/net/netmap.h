// Build `netmap`: ports of the netmap kernel module, by its own interface on /dev/netmap.
//
// Links are pipes (memory shared between both ends), VALE switches, or network interfaces in netmap mode, veth pairs among them: native
// where the driver was patched, emulated otherwise.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/core/plan.h"
#include "engine/net/link.h"
#include "engine/net/netmap_port.h"
#include "engine/net/port.h"

namespace hopscope::net {

// One port of the module: its descriptor, and its rings mapped into this process.
class NetmapDevice {
 public:
  NetmapDevice() = default;
  NetmapDevice(const NetmapDevice&) = delete;
  NetmapDevice& operator=(const NetmapDevice&) = delete;
  ~NetmapDevice();

  // The port's name as the module has it, without "netmap:"; in the calling thread's network namespace. Returns an empty string or one
  // line.
  std::string open(const std::string& name);

  std::span<netmap::Ring* const> tx_rings() const { return tx_rings_; }
  std::span<netmap::Ring* const> rx_rings() const { return rx_rings_; }
  bool tx_sync();
  bool rx_sync();

 private:
  int fd_ = -1;
  void* memory_ = nullptr;
  std::size_t memory_bytes_ = 0;
  std::vector<netmap::Ring*> tx_rings_, rx_rings_;
};

static_assert(ReflectingPort<NetmapPort<NetmapDevice>>);

class NetmapNetwork {
 public:
  using Port = NetmapPort<NetmapDevice>;
  static constexpr const char* kName = "netmap";
  // Packets on one direction of a link: both rings, 1,024 slots by the module's default, and what an emulated device queues; to a power of
  // two.
  static constexpr std::uint32_t kInFlight = 4096;

  std::string open(const core::Plan& plan);
  Port& port(const std::string& link, End end);
  void enter_thread() {}

 private:
  struct Link {
    std::string name;
    std::unique_ptr<Port> a, b;
  };
  std::vector<Link> links_;
};

}  // namespace hopscope::net
