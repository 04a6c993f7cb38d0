#include "engine/wire/ouch_inbound.h"

#include <gtest/gtest.h>

#include "engine/test/wire/wire_bytes.h"
#include "engine/wire/ouch_encode.h"

namespace hopscope::wire::ouch {
namespace {

Order sample_order() {
  return {.user_ref = 0x01020304,
          .side = kSell,
          .quantity = 300,
          .symbol = itch::symbol("HOPS"),
          .price = 1'000'100,
          .time_in_force = kTimeInForceUntil,
          .display = kDisplayHidden,
          .intermarket_sweep = 'Y',
          .cross_type = kCrossOpening};
}

const std::string kBlankId = "2020202020202020202020202020";

TEST(OuchInbound, EnterOrderCarriesEveryField) {
  EXPECT_EQ(encoded([](auto out) { return encode_enter(out, sample_order()); }),
            from_hex("4f 01020304 53 0000012c 484f505320202020 00000000000f42a4 36 4e 50 59 4f " + kBlankId + " 0000"));
}

TEST(OuchInbound, EnterOrderWithAppendage) {
  AppendageBuilder appendage;
  ASSERT_TRUE(appendage.put_u32(Tag::ExpireTime, 36'000));
  ASSERT_TRUE(appendage.put_u64(Tag::StopPrice, 1'000'000));
  const auto bytes = encoded([&](auto out) { return encode_enter(out, sample_order(), appendage.bytes()); });
  EXPECT_EQ(bytes, from_hex("4f 01020304 53 0000012c 484f505320202020 00000000000f42a4 36 4e 50 59 4f " + kBlankId +
                            " 0010 05 0f 00008ca0 09 e0 00000000000f4240"));
  const Message message(bytes);
  EXPECT_TRUE(message.well_formed(Direction::Inbound));
  const Appendage elements(message.appendage<EnterOrder>());
  EXPECT_EQ(elements.find(Tag::StopPrice)->u64(), 1'000'000u);
}

TEST(OuchInbound, ReplaceOrder) {
  const auto bytes = encoded([](auto out) { return encode_replace(out, 1, sample_order()); });
  EXPECT_EQ(bytes, from_hex("55 00000001 01020304 0000012c 00000000000f42a4 36 4e 59 " + kBlankId + " 0000"));
  const auto* replace = Message(bytes).as<ReplaceOrder>();
  ASSERT_NE(replace, nullptr);
  EXPECT_EQ(replace->original_user_ref, 1u);
  EXPECT_EQ(replace->user_ref, 0x01020304u);
  EXPECT_EQ(replace->quantity, 300u);
  EXPECT_EQ(Message(bytes).as<Replaced>(), nullptr) << "the same letter, the other direction";
}

TEST(OuchInbound, CancelModifyAndQuery) {
  EXPECT_EQ(encoded([](auto out) { return encode_cancel(out, 7, 100); }), from_hex("58 00000007 00000064"));
  EXPECT_EQ(encoded([](auto out) { return encode_modify(out, 7, kSellShort, 100); }), from_hex("4d 00000007 54 00000064"));
  EXPECT_EQ(encoded([](auto out) { return encode_account_query(out); }), from_hex("51"));
}

TEST(OuchInbound, MassCancel) {
  EXPECT_EQ(encoded([](auto out) { return encode_mass_cancel(out, 7); }), from_hex("43 00000007 20202020 2020202020202020 0000"));
  EXPECT_EQ(encoded([](auto out) {
              return encode_mass_cancel(out, 7, {'A', 'B', 'C', 'D'}, itch::symbol("HOPS"));
            }),
            from_hex("43 00000007 41424344 484f505320202020 0000"));
}

// An appendage that is absent when it is empty comes with its length when it is not.
TEST(OuchInbound, OptionalAppendage) {
  AppendageBuilder index;
  const std::byte five{5};
  ASSERT_TRUE(index.put(Tag::UserRefIndex, Bytes(&five, 1)));
  const auto cancel = encoded([&](auto out) { return encode_cancel(out, 7, 100, index.bytes()); });
  EXPECT_EQ(cancel, from_hex("58 00000007 00000064 0003 02 1c 05"));
  const Message message(cancel);
  EXPECT_TRUE(message.well_formed(Direction::Inbound));
  ASSERT_NE(message.as<CancelOrder>(), nullptr);
  EXPECT_EQ(message.appendage<CancelOrder>().size(), 3u);
  EXPECT_EQ(encoded([&](auto out) { return encode_account_query(out, index.bytes()); }), from_hex("51 0003 02 1c 05"));
  EXPECT_TRUE(Message(from_hex("58 00000007 00000064 0000")).well_formed(Direction::Inbound)) << "present and empty";
  for (const char* wrong : {"58 00000007 00000064 00", "58 00000007 00000064 0001", "58 00000007 00000064 0003 02 1c", "51 00"})
    EXPECT_FALSE(Message(from_hex(wrong)).well_formed(Direction::Inbound)) << wrong;
}

TEST(OuchInbound, LettersOfTheOtherDirectionAreUnknown) {
  for (const char type : std::string("SADEBFJPITR")) EXPECT_EQ(length_of(Direction::Inbound, type).bytes, 0) << type;
}

}  // namespace
}  // namespace hopscope::wire::ouch
