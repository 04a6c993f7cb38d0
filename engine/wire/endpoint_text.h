// Endpoints as people write them.
#pragma once

#include <string>

#include "engine/wire/frame.h"

namespace hopscope::wire {

// mac: "02:00:00:00:00:01"; ip: "10.77.0.1". False when either reads differently.
bool parse_endpoint(const std::string& mac, const std::string& ip, std::uint16_t port, UdpEndpoint& endpoint);

}  // namespace hopscope::wire
