#include "engine/net/link_endpoints.h"

#include <gtest/gtest.h>

namespace hopscope::net {
namespace {

TEST(LinkEndpoints, AreThoseOfEitherEndOrNameTheLink) {
  core::LinkPlan link;
  link.name = "feed-oms";
  link.a.mac = "02:00:00:00:00:01";
  link.a.ip = "10.77.0.1";
  link.a.udp_port = 26'400;
  link.b.mac = "02:00:00:00:00:02";
  link.b.ip = "10.77.0.2";
  link.b.udp_port = 26'401;
  wire::UdpEndpoint a, b;
  EXPECT_EQ(link_endpoints(link, a, b), "");
  EXPECT_EQ(a.port, 26'400);
  EXPECT_EQ(b.port, 26'401);
  link.b.ip = "10.77.0";
  EXPECT_EQ(link_endpoints(link, a, b), "feed-oms: mac and ip must read like 02:00:00:00:00:01 and 10.77.0.1");
}

}  // namespace
}  // namespace hopscope::net
