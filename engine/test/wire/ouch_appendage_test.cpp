#include "engine/wire/ouch_appendage.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "engine/test/wire/wire_bytes.h"

namespace hopscope::wire::ouch {
namespace {

TEST(OuchAppendage, WalksTheElements) {
  const auto bytes = from_hex("05 03 00000064 02 0c 50 09 e0 00000000000f4240");
  Appendage appendage{Bytes(bytes)};
  Element element;
  ASSERT_TRUE(appendage.next(element));
  EXPECT_EQ(element.tag, Tag::MinimumQuantity);
  EXPECT_EQ(element.u32(), 100u);
  EXPECT_FALSE(element.u64().has_value()) << "not of that size";
  ASSERT_TRUE(appendage.next(element));
  EXPECT_EQ(element.tag, Tag::PostOnly);
  EXPECT_EQ(element.character(), 'P');
  ASSERT_TRUE(appendage.next(element));
  EXPECT_EQ(element.tag, Tag::StopPrice);
  EXPECT_EQ(element.u64(), 1'000'000u);
  EXPECT_FALSE(appendage.next(element));
  EXPECT_FALSE(appendage.malformed());
}

TEST(OuchAppendage, FindsTheFirstOfATagAndSkipsWhatItDoesNotKnow) {
  const auto bytes = from_hex("03 63 0102 02 1c 05 02 1c 06");
  const Appendage appendage{Bytes(bytes)};
  ASSERT_TRUE(appendage.find(Tag::UserRefIndex).has_value());
  EXPECT_EQ(appendage.find(Tag::UserRefIndex)->character(), '\x05');
  EXPECT_FALSE(appendage.find(Tag::Firm).has_value());
}

TEST(OuchAppendage, AnElementMayBeATagAlone) {
  const auto bytes = from_hex("01 02");
  Appendage appendage{Bytes(bytes)};
  Element element;
  ASSERT_TRUE(appendage.next(element));
  EXPECT_TRUE(element.value.empty());
  EXPECT_FALSE(appendage.malformed() || appendage.next(element));
}

TEST(OuchAppendage, LyingLengthsEndTheWalk) {
  for (const char* wrong : {"00", "05", "05 03", "05 03 000000", "02 0c 50 00", "02 0c 50 ff e0", "ff"}) {
    const auto bytes = from_hex(wrong);
    Appendage appendage{Bytes(bytes)};
    for (Element element; appendage.next(element);) {
    }
    EXPECT_TRUE(appendage.malformed()) << wrong;
    Element element;
    EXPECT_FALSE(appendage.next(element)) << "the fault is final";
  }
}

// Run under AddressSanitizer this shows that no length can make the iteration leave its elements.
TEST(OuchAppendage, StaysInsideRandomElements) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> bytes(random() % 40);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random() % 3 ? random() % 10 : random());
    Appendage appendage{Bytes(bytes)};
    std::size_t seen_bytes = 0;
    for (Element element; appendage.next(element);) {
      ASSERT_LE(element.value.data() + element.value.size(), bytes.data() + bytes.size());
      seen_bytes += 2 + element.value.size();
    }
    ASSERT_EQ(seen_bytes == bytes.size(), !appendage.malformed());
  }
}

TEST(OuchAppendageBuilder, RefusesWhatDoesNotFit) {
  AppendageBuilder builder;
  const std::vector<std::byte> longest(254), too_long(255), rest(0);
  EXPECT_FALSE(builder.put(Tag::Firm, too_long)) << "a length has one byte";
  EXPECT_TRUE(builder.put(Tag::Firm, longest));
  EXPECT_EQ(builder.bytes().size(), 256u);
  EXPECT_FALSE(builder.put(Tag::Firm, rest));
  EXPECT_EQ(builder.bytes().size(), 256u);
  EXPECT_EQ(Appendage(builder.bytes()).find(Tag::Firm)->value.size(), 254u);
}

TEST(OuchTag, PrivateTagsStandApartFromThoseOfTheSpecification) {
  for (const Tag tag : {Tag::StopPrice, Tag::SelfTradePrevention, Tag::ExpireTimeNs})
    EXPECT_GE(static_cast<std::uint8_t>(tag), kFirstPrivateTag);
  EXPECT_LT(static_cast<std::uint8_t>(Tag::AiqGroup), kFirstPrivateTag);
}

}  // namespace
}  // namespace hopscope::wire::ouch
