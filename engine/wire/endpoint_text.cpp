#include "engine/wire/endpoint_text.h"

#include <arpa/inet.h>
#include <netinet/ether.h>

namespace hopscope::wire {

bool parse_endpoint(const std::string& mac, const std::string& ip, std::uint16_t port, UdpEndpoint& endpoint) {
  ether_addr hardware{};
  in_addr internet{};
  if (!ether_aton_r(mac.c_str(), &hardware) || inet_pton(AF_INET, ip.c_str(), &internet) != 1) return false;
  std::copy(std::begin(hardware.ether_addr_octet), std::end(hardware.ether_addr_octet), endpoint.mac.begin());
  endpoint.ip = ntohl(internet.s_addr);
  endpoint.port = port;
  return true;
}

}  // namespace hopscope::wire
