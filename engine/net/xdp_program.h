// The XDP program of one link end (bpf/udp_to_socket.bpf.c), loaded and attached.
//
// It is attached by a link that lives as long as its descriptor: whatever ends the engine, kill -9 included, ends it too.
#pragma once

#include <cstdint>
#include <string>

#include "engine/wire/frame.h"

struct bpf_object;

namespace hopscope::net {

class XdpProgram {
 public:
  XdpProgram() = default;
  XdpProgram(const XdpProgram&) = delete;
  XdpProgram& operator=(const XdpProgram&) = delete;
  ~XdpProgram();

  // Loads it for datagrams to `own`. Returns an empty string or one line.
  std::string load(const wire::UdpEndpoint& own);
  // In the driver's receive path, or, generic, behind it. Returns 0 or errno. The interface is one of the calling thread's namespace.
  int attach(const std::string& ifname, bool generic);
  void detach();
  // The map that leads from a receive queue to its socket.
  int sockets_fd() const { return sockets_fd_; }

 private:
  bpf_object* object_ = nullptr;
  int program_fd_ = -1, sockets_fd_ = -1, link_fd_ = -1;
};

}  // namespace hopscope::net
