#include "engine/wire/ouch_outbound.h"

#include <gtest/gtest.h>

#include <map>

#include "engine/test/wire/wire_bytes.h"
#include "engine/wire/ouch_encode.h"

namespace hopscope::wire::ouch {
namespace {

const std::string kAt = " 0000000000000005 ";  // timestamp
const std::string kBlankId = "2020202020202020202020202020";

TEST(OuchOutbound, LengthsOfEveryType) {
  const std::map<char, std::size_t> specified = {{'S', 10}, {'A', 64}, {'U', 68}, {'C', 18}, {'D', 31}, {'E', 36}, {'B', 36}, {'F', 49},
                                                 {'J', 29}, {'P', 13}, {'I', 13}, {'T', 30}, {'M', 18}, {'R', 16}, {'X', 27}, {'Q', 13}};
  for (int code = 0; code < 256; ++code) {
    const auto at = specified.find(static_cast<char>(code));
    EXPECT_EQ(length_of(Direction::Outbound, static_cast<char>(code)).bytes, at == specified.end() ? 0 : at->second)
        << "type code " << code;
  }
}

TEST(OuchOutbound, Replaced) {
  const auto request = encoded([](auto out) { return encode_replace(out, 1, {.user_ref = 2, .quantity = 300, .price = 1'000'000}); });
  const auto& replace = *Message(request).as<ReplaceOrder>();
  const auto bytes = encoded([&](auto out) {
    return encode_replaced(out, 5, replace, {.side = kSell, .symbol = itch::symbol("HOPS"), .cross_type = kCrossClosing}, 200, 9,
                           kOrderLive);
  });
  EXPECT_EQ(bytes,
            from_hex("55" + kAt + "00000001 00000002 53 000000c8 484f505320202020 00000000000f4240 30 59 0000000000000009 50 4e 43 4c " +
                     kBlankId + " 0000"));
  ASSERT_NE(Message(bytes).as<Replaced>(), nullptr);
}

TEST(OuchOutbound, WhatEndsOrChangesAnOrder) {
  EXPECT_EQ(encoded([](auto out) { return encode_cancelled(out, 5, 7, 100, kCancelTimeout); }),
            from_hex("43" + kAt + "00000007 00000064 54"));
  EXPECT_EQ(encoded([](auto out) { return encode_cancel_pending(out, 5, 7); }), from_hex("50" + kAt + "00000007"));
  EXPECT_EQ(encoded([](auto out) { return encode_cancel_rejected(out, 5, 7); }), from_hex("49" + kAt + "00000007"));
  EXPECT_EQ(encoded([](auto out) { return encode_modified(out, 5, 7, kSellShort, 100); }), from_hex("4d" + kAt + "00000007 54 00000064"));
  EXPECT_EQ(encoded([](auto out) { return encode_priority_update(out, 5, 7, 1'000'000, 'Y', 9); }),
            from_hex("54" + kAt + "00000007 00000000000f4240 59 0000000000000009"));
}

TEST(OuchOutbound, WhatChangesAnExecution) {
  EXPECT_EQ(encoded([](auto out) { return encode_broken_trade(out, 5, 7, 9, kBrokenErroneous); }),
            from_hex("42" + kAt + "00000007 0000000000000009 45 " + kBlankId));
  EXPECT_EQ(encoded([](auto out) { return encode_trade_correction(out, 5, 7, 100, 1'000'000, 'A', 9, kCorrectedToNav); }),
            from_hex("46" + kAt + "00000007 00000064 00000000000f4240 41 0000000000000009 4e " + kBlankId));
}

// 31 bytes; later revisions add the strategy, and only behind it an appendage.
TEST(OuchOutbound, AiqCancelledInBothRevisions) {
  const SelfMatch match{.quantity = 100, .prevented_quantity = 60, .execution_price = 1'000'000};
  const auto early = encoded([&](auto out) { return encode_aiq_cancelled(out, 5, 7, match); });
  EXPECT_EQ(early, from_hex("44" + kAt + "00000007 00000064 51 0000003c 00000000000f4240 52"));
  ASSERT_NE(Message(early).as<AiqCancelled>(), nullptr);
  EXPECT_EQ(Message(early).aiq_strategy(), '\0');

  SelfMatch with_strategy = match;
  with_strategy.strategy = 'O';
  const auto late = encoded([&](auto out) { return encode_aiq_cancelled(out, 5, 7, with_strategy); });
  EXPECT_EQ(late, from_hex("44" + kAt + "00000007 00000064 51 0000003c 00000000000f4240 52 4f"));
  EXPECT_TRUE(Message(late).well_formed(Direction::Outbound));
  EXPECT_EQ(Message(late).aiq_strategy(), 'O');
  EXPECT_TRUE(Message(late).appendage<AiqCancelled>().empty());

  auto longer = late;
  for (const std::byte byte : from_hex("0003 02 1c 05")) longer.push_back(byte);
  EXPECT_TRUE(Message(longer).well_formed(Direction::Outbound));
  EXPECT_EQ(Message(longer).appendage<AiqCancelled>().size(), 3u);
  for (std::size_t bytes = 0; bytes < longer.size(); ++bytes)
    EXPECT_EQ(Message(Bytes(longer).first(bytes)).well_formed(Direction::Outbound), bytes == 31 || bytes == 32) << bytes;
}

TEST(OuchOutbound, RestatedSaysWhatChanged) {
  AppendageBuilder changes;
  changes.put_u32(Tag::DisplayQuantity, 100);
  changes.put_u64(Tag::SecondaryOrderReference, 777);
  const auto bytes = encoded([&](auto out) { return encode_restated(out, 5, 7, kRestatedDisplayRefresh, changes.bytes()); });
  EXPECT_EQ(bytes, from_hex("52" + kAt + "00000007 52 0010 05 16 00000064 09 01 0000000000000309"));
  EXPECT_EQ(Appendage(Message(bytes).appendage<Restated>()).find(Tag::SecondaryOrderReference)->u64(), 777u);
}

TEST(OuchOutbound, AnswersToMassCancelAndQuery) {
  const auto request = encoded([](auto out) { return encode_mass_cancel(out, 7, {'F', 'I', 'R', 'M'}); });
  EXPECT_EQ(encoded([&](auto out) { return encode_mass_cancelled(out, 5, *Message(request).as<MassCancel>()); }),
            from_hex("58" + kAt + "00000007 4649524d 2020202020202020 0000"));
  EXPECT_EQ(encoded([](auto out) { return encode_account_state(out, 5, 8); }), from_hex("51" + kAt + "00000008"));
}

TEST(OuchOutbound, OptionalAppendage) {
  const auto bare = encoded([](auto out) { return encode_rejected(out, 5, 7, static_cast<std::uint16_t>(RejectReason::InvalidPrice)); });
  EXPECT_EQ(bare, from_hex("4a" + kAt + "00000007 001d " + kBlankId));
  auto tagged = bare;
  for (const std::byte byte : from_hex("0003 02 1c 02")) tagged.push_back(byte);
  ASSERT_NE(Message(tagged).as<Rejected>(), nullptr);
  EXPECT_EQ(Message(tagged).appendage<Rejected>().size(), 3u);
  for (std::size_t bytes = 0; bytes < tagged.size(); ++bytes)
    EXPECT_EQ(Message(Bytes(tagged).first(bytes)).as<Rejected>() != nullptr, bytes == bare.size()) << bytes;
}

TEST(OuchOutbound, SystemEventTakesNoAppendage) {
  EXPECT_TRUE(Message(from_hex("53" + kAt + "53")).well_formed(Direction::Outbound));
  EXPECT_FALSE(Message(from_hex("53" + kAt + "53 0000")).well_formed(Direction::Outbound));
}

}  // namespace
}  // namespace hopscope::wire::ouch
