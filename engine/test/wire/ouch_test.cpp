#include "engine/wire/ouch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/wire/ouch_encode.h"

namespace hopscope::wire::ouch {
namespace {

Order sample_order() {
  Order order;
  order.user_ref = 0x01020304;
  order.side = 'S';
  order.quantity = 300;
  order.symbol = itch::symbol("HOPS");
  order.price = 1'000'100;
  order.time_in_force = kTimeInForceImmediate;
  return order;
}

template <class Encode>
std::string encoded(Encode&& encode) {
  std::vector<std::byte> buffer(80, std::byte{0xee});
  const std::size_t bytes = encode(std::span(buffer));
  for (std::size_t i = bytes; i < buffer.size(); ++i) EXPECT_EQ(buffer[i], std::byte{0xee}) << "written behind the message at " << i;
  return {reinterpret_cast<const char*>(buffer.data()), bytes};
}

Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

// Literals with zero bytes inside.
template <std::size_t N>
std::string raw(const char (&text)[N]) {
  return {text, N - 1};
}

const std::string kBlankId(14, ' ');

TEST(OuchEncode, EnterOrderBytes) {
  const auto bytes = encoded([](auto out) { return encode_enter(out, sample_order()); });
  EXPECT_EQ(bytes, "O" + raw("\x01\x02\x03\x04") + "S" + raw("\0\0\x01\x2c") + "HOPS    " + raw("\0\0\0\0\0\x0f\x42\xa4") + "3" + "Y" +
                       "P" + "N" + "N" + kBlankId + raw("\0\0"));
  EXPECT_TRUE(Message(bytes_of(bytes)).well_formed(Direction::Inbound));
}

TEST(OuchEncode, CancelOrderBytes) {
  EXPECT_EQ(encoded([](auto out) { return encode_cancel(out, 0x01020304, 0); }), "X" + raw("\x01\x02\x03\x04\0\0\0\0"));
}

TEST(OuchEncode, AcceptedEchoesTheOrder) {
  const auto entered = encoded([](auto out) { return encode_enter(out, sample_order()); });
  const auto* order = Message(bytes_of(entered)).as<EnterOrder>();
  ASSERT_NE(order, nullptr);
  const auto bytes = encoded([&](auto out) { return encode_accepted(out, 5, *order, 6, 'L'); });
  EXPECT_EQ(bytes, "A" + raw("\0\0\0\0\0\0\0\x05") + raw("\x01\x02\x03\x04") + "S" + raw("\0\0\x01\x2c") + "HOPS    " +
                       raw("\0\0\0\0\0\x0f\x42\xa4") + "3" + "Y" + raw("\0\0\0\0\0\0\0\x06") + "P" + "N" + "N" + "L" + kBlankId +
                       raw("\0\0"));
}

TEST(OuchEncode, OtherOutboundBytes) {
  EXPECT_EQ(encoded([](auto out) { return encode_system_event(out, 1, 'S'); }), "S" + raw("\0\0\0\0\0\0\0\x01") + "S");
  EXPECT_EQ(encoded([](auto out) { return encode_cancelled(out, 1, 2, 3, kCancelImmediate); }),
            "C" + raw("\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x03") + "I");
  EXPECT_EQ(encoded([](auto out) { return encode_executed(out, 1, 2, 3, 4, kLiquidityRemoved, 5); }),
            "E" + raw("\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x04") + "R" + raw("\0\0\0\0\0\0\0\x05\0\0"));
  EXPECT_EQ(encoded([](auto out) { return encode_rejected(out, 1, 2, 3); }), "J" + raw("\0\0\0\0\0\0\0\x01\0\0\0\x02\0\x03") + kBlankId);
}

TEST(OuchMessage, LengthDependsOnDirection) {
  EXPECT_EQ(length_of(Direction::Inbound, 'U').bytes, 40);
  EXPECT_EQ(length_of(Direction::Outbound, 'U').bytes, 68);
  EXPECT_EQ(length_of(Direction::Inbound, 'A').bytes, 0);
  EXPECT_EQ(length_of(Direction::Outbound, static_cast<char>(0xc1)).bytes, 0);
}

TEST(OuchMessage, AppendageMustEndTheMessage) {
  auto bytes = encoded([](auto out) { return encode_enter(out, sample_order()); });
  bytes[46] = 6;                       // appendage length
  bytes += raw("\x05\x03\0\0\0\x64");  // one element: tag 3, minimum quantity 100
  const Message message(bytes_of(bytes));
  EXPECT_TRUE(message.well_formed(Direction::Inbound));
  ASSERT_NE(message.as<EnterOrder>(), nullptr);
  EXPECT_EQ(message.appendage<EnterOrder>().size(), 6u);

  const auto longer = bytes + "x";
  EXPECT_FALSE(Message(bytes_of(longer)).well_formed(Direction::Inbound));
  EXPECT_EQ(Message(bytes_of(longer)).as<EnterOrder>(), nullptr);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto cut = bytes.substr(0, length);
    EXPECT_FALSE(Message(bytes_of(cut)).well_formed(Direction::Inbound)) << length;
    EXPECT_EQ(Message(bytes_of(cut)).as<EnterOrder>(), nullptr) << length;
  }
}

}  // namespace
}  // namespace hopscope::wire::ouch
