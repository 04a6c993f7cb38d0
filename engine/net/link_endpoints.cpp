#include "engine/net/link_endpoints.h"

#include "engine/wire/endpoint_text.h"

namespace hopscope::net {

std::string link_endpoints(const core::LinkPlan& link, wire::UdpEndpoint& a, wire::UdpEndpoint& b) {
  if (wire::parse_endpoint(link.a.mac, link.a.ip, link.a.udp_port, a) && wire::parse_endpoint(link.b.mac, link.b.ip, link.b.udp_port, b))
    return {};
  return link.name + ": mac and ip must read like 02:00:00:00:00:01 and 10.77.0.1";
}

}  // namespace hopscope::net
