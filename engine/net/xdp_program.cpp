#include "engine/net/xdp_program.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

// The object stands in the executable, so that the engine needs no file beside it.
asm(R"(
.section .rodata
.balign 8
hopscope_xdp_object:
.incbin ")" HOPSCOPE_XDP_OBJECT R"("
hopscope_xdp_object_end:
.previous
)");
extern const char hopscope_xdp_object[], hopscope_xdp_object_end[];

namespace hopscope::net {
namespace {

// As the compiler laid out the program's constants.
struct Constants {
  std::uint32_t own_ip;    // network order
  std::uint16_t own_port;  // network order
};

}  // namespace

XdpProgram::~XdpProgram() {
  detach();
  if (object_) bpf_object__close(object_);
}

std::string XdpProgram::load(const wire::UdpEndpoint& own) {
  libbpf_set_print(nullptr);  // what matters is said in one line below
  const auto bytes = static_cast<std::size_t>(hopscope_xdp_object_end - hopscope_xdp_object);
  object_ = bpf_object__open_mem(hopscope_xdp_object, bytes, nullptr);
  if (!object_) return std::string("XDP program cannot be read (") + std::strerror(errno) + "): build again: npm run setup";
  bpf_map* constants = bpf_object__find_map_by_name(object_, ".rodata");
  const Constants values = {htonl(own.ip), htons(own.port)};
  std::size_t room = 0;
  void* initial = constants ? const_cast<void*>(bpf_map__initial_value(constants, &room)) : nullptr;
  if (!initial || room < offsetof(Constants, own_port) + sizeof values.own_port)
    return "XDP program has no place for its address: build again: npm run setup";
  std::memcpy(initial, &values, room < sizeof values ? room : sizeof values);
  if (const int error = bpf_object__load(object_))
    return std::string("XDP program is refused (") + std::strerror(-error) + "): it needs root and a kernel with CONFIG_XDP_SOCKETS=y";
  program_fd_ = bpf_program__fd(bpf_object__find_program_by_name(object_, "udp_to_socket"));
  sockets_fd_ = bpf_object__find_map_fd_by_name(object_, "sockets");
  return {};
}

int XdpProgram::attach(const std::string& ifname, bool generic) {
  detach();
  const unsigned index = if_nametoindex(ifname.c_str());
  if (index == 0) return errno;
  LIBBPF_OPTS(bpf_link_create_opts, options, .flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
  const int fd = bpf_link_create(program_fd_, static_cast<int>(index), BPF_XDP, &options);
  if (fd < 0) return -fd;
  link_fd_ = fd;
  return 0;
}

void XdpProgram::detach() {
  if (link_fd_ >= 0) close(link_fd_);
  link_fd_ = -1;
}

}  // namespace hopscope::net
