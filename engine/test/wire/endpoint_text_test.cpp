#include "engine/wire/endpoint_text.h"

#include <gtest/gtest.h>

namespace hopscope::wire {
namespace {

TEST(EndpointText, ReadsMacAndAddress) {
  UdpEndpoint endpoint;
  ASSERT_TRUE(parse_endpoint("02:00:00:00:0a:01", "10.77.0.1", 26'400, endpoint));
  EXPECT_EQ(endpoint.mac[4], 0x0a);
  EXPECT_EQ(endpoint.ip, 0x0a4d0001u);
  EXPECT_EQ(endpoint.port, 26'400);
}

TEST(EndpointText, RefusesWhatIsNeither) {
  UdpEndpoint endpoint;
  EXPECT_FALSE(parse_endpoint("02:00:00", "10.77.0.1", 1, endpoint));
  EXPECT_FALSE(parse_endpoint("02:00:00:00:00:01", "10.77.0", 1, endpoint));
  EXPECT_FALSE(parse_endpoint("", "", 1, endpoint));
}

}  // namespace
}  // namespace hopscope::wire
