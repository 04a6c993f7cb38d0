#include "engine/wire/mold_request.h"

#include <gtest/gtest.h>

#include "engine/test/wire/wire_bytes.h"

namespace hopscope::wire {
namespace {

constexpr MoldSession kSession = mold_session("HSFEED");
const std::string kSessionHex = "48534645454420202020 ";

TEST(MoldRequest, IsAPacketHeader) {
  const auto packet = encoded([](auto out) { return encode_mold_request(out, kSession, {.from = 0x0102030405060708, .count = 3}); });
  EXPECT_EQ(packet, from_hex(kSessionHex + "0102030405060708 0003"));
  const auto request = parse_mold_request(packet);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->session, kSession);
  EXPECT_EQ(request->range, (MoldRange{0x0102030405060708, 3}));
}

TEST(MoldRequest, AsksForNoMoreThanACountHolds) {
  const auto packet = encoded([](auto out) { return encode_mold_request(out, kSession, {.from = 1, .count = 1'000'000}); });
  EXPECT_EQ(parse_mold_request(packet)->range, (MoldRange{1, 0xfffe}));
}

TEST(MoldRequest, RefusesWhatIsNone) {
  for (const char* wrong :
       {"0000000000000001 0000", "0000000000000001 ffff", "0000000000000001 00", "0000000000000001 0001 00", "fffffffffffffffe 0003"})
    EXPECT_FALSE(parse_mold_request(from_hex(kSessionHex + wrong)).has_value()) << wrong;
  EXPECT_FALSE(parse_mold_request({}).has_value());
  EXPECT_TRUE(parse_mold_request(from_hex(kSessionHex + "fffffffffffffffc 0003")).has_value()) << "the last sequences there can be";
}

}  // namespace
}  // namespace hopscope::wire
