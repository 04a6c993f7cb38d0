#include "engine/probe/emitter.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hopscope::probe {

std::string Emitter::open(core::Lane lane, std::uint16_t thread, std::uint32_t map_id) {
  lane_ = lane;
  thread_ = thread;
  if (lane != core::Lane::Stream) return {};
  const int fd = bpf_map_get_fd_by_id(map_id);
  if (fd < 0) {
    return "probes: no user ring buffer with map id " + std::to_string(map_id) + " (" + std::strerror(errno) +
           "): start the engine through `hopscope run`, which creates it, and run as root";
  }
  const std::string error = ring_.map(fd);
  close(fd);  // the mapping keeps the map alive
  if (error.empty()) return {};
  return "probes: map " + std::to_string(map_id) + " cannot be used as a user ring buffer (" + error +
         "): Linux >= 6.1 has them; use --set probes.lane=hops elsewhere";
}

}  // namespace hopscope::probe
