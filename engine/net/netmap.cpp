#include "engine/net/netmap.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "engine/net/link_endpoints.h"
#include "engine/net/netns.h"

namespace hopscope::net {
namespace {

template <class Request>
int control(int fd, std::uint16_t type, const std::string& name, Request& request) {
  netmap::RequestHeader header{};
  header.version = netmap::kVersion;
  header.type = type;
  std::memcpy(header.name, name.data(), std::min(name.size(), sizeof header.name - 1));
  header.body = reinterpret_cast<std::uint64_t>(&request);
  return ioctl(fd, netmap::kControl, &header);
}

std::string open_end(NetmapNetwork::Port& port, const core::EndPlan& end) {
  std::string error = in_namespace(end.netns, [&] { return port.device().open(end.ifname); });
  if (error.empty()) port.begin();
  return error;
}

}  // namespace

NetmapDevice::~NetmapDevice() {
  if (memory_) munmap(memory_, memory_bytes_);
  if (fd_ >= 0) close(fd_);
}

std::string NetmapDevice::open(const std::string& name) {
  fd_ = ::open(netmap::kDevice, O_RDWR | O_CLOEXEC);
  if (fd_ < 0) {
    if (errno == ENOENT) return "netmap: /dev/netmap is missing: docs/netmap.md";
    return std::string("netmap: /dev/netmap cannot be opened (") + std::strerror(errno) + "): run as root; docs/netmap.md";
  }
  // Asked of no port, this says only whether the module understands this version.
  netmap::PortInfoRequest info{};
  if (control(fd_, netmap::kPortInfoGet, "", info) != 0) {
    if (errno != EINVAL) return std::string("netmap: the module does not answer (") + std::strerror(errno) + "): docs/netmap.md";
    return "netmap: the module does not speak version " + std::to_string(netmap::kVersion) + " of its interface: docs/netmap.md";
  }
  netmap::RegisterRequest request{};
  request.mode = netmap::kAllRings;
  if (control(fd_, netmap::kRegister, name, request) != 0)
    return "netmap: port " + name + " is refused (" + std::strerror(errno) + "): docs/netmap.md says what ports need";
  memory_bytes_ = request.memory_bytes;
  void* memory = mmap(nullptr, memory_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  if (memory == MAP_FAILED) return "netmap: port " + name + ": its memory cannot be mapped: " + std::strerror(errno);
  memory_ = memory;
  auto* interface = reinterpret_cast<netmap::Interface*>(static_cast<std::byte*>(memory) + request.interface_offset);
  for (std::uint32_t i = 0; i < interface->tx_rings; ++i) tx_rings_.push_back(interface->tx_ring(i));
  for (std::uint32_t i = 0; i < interface->rx_rings; ++i) rx_rings_.push_back(interface->rx_ring(i));
  for (const netmap::Ring* ring : tx_rings_)
    if (ring->buffer_bytes < wire::FrameWriter::kHeaderBytes + kMaxPayloadBytes)
      return "netmap: port " + name + " has buffers of " + std::to_string(ring->buffer_bytes) +
             " bytes: echo 2048 > /sys/module/netmap/parameters/buf_size";
  return {};
}

bool NetmapDevice::tx_sync() { return ioctl(fd_, netmap::kTxSync, nullptr) == 0; }
bool NetmapDevice::rx_sync() { return ioctl(fd_, netmap::kRxSync, nullptr) == 0; }

std::string NetmapNetwork::open(const core::Plan& plan) {
  if (plan.link != "pipe" && plan.link != "vale" && plan.link != "veth")
    return "link " + plan.link + " is none of the netmap build: write pipeline.link: pipe, vale or veth";
  for (const core::LinkPlan& link : plan.links) {
    wire::UdpEndpoint a, b;
    if (std::string error = link_endpoints(link, a, b); !error.empty()) return "port: " + error;
    Link& opened = links_.emplace_back();
    opened.name = link.name;
    opened.a = std::make_unique<Port>(a, b, plan.burst);
    opened.b = std::make_unique<Port>(b, a, plan.burst);
    std::string error = open_end(*opened.a, link.a);
    if (error.empty()) error = open_end(*opened.b, link.b);
    if (!error.empty()) return "port: " + link.name + ": " + error;
  }
  return {};
}

NetmapNetwork::Port& NetmapNetwork::port(const std::string& link, End end) {
  for (Link& candidate : links_)
    if (candidate.name == link) return end == End::A ? *candidate.a : *candidate.b;
  __builtin_unreachable();  // the plan was checked: every role's links are in it
}

}  // namespace hopscope::net
