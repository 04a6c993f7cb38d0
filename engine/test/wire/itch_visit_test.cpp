#include "engine/wire/itch_visit.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/test/wire/wire_bytes.h"
#include "engine/wire/itch_encode_market.h"

namespace hopscope::wire::itch {
namespace {

const std::string kAllTypes = "SRHYLVWKJhAFECXDUPQBINO";

std::vector<std::byte> message_of(char type, std::size_t bytes) {
  std::vector<std::byte> message(bytes, std::byte{' '});
  if (bytes > 0) message[0] = static_cast<std::byte>(type);
  return message;
}

TEST(ItchVisit, EveryTypeArrivesAsItself) {
  for (const char type : kAllTypes) {
    const auto bytes = message_of(type, length_of(type));
    int calls = 0;
    EXPECT_EQ(visit(Message(bytes),
                    [&](const auto& view) {
                      ++calls;
                      EXPECT_EQ(std::remove_cvref_t<decltype(view)>::kType, type);
                      EXPECT_EQ(sizeof view, bytes.size());
                      EXPECT_EQ(reinterpret_cast<const std::byte*>(&view), bytes.data()) << "no copy";
                    }),
              Recognised::Known);
    EXPECT_EQ(calls, 1) << type;
  }
}

TEST(ItchVisit, NoOtherTypeIsKnown) {
  for (int code = 0; code < 256; ++code) {
    const char type = static_cast<char>(code);
    if (kAllTypes.find(type) != std::string::npos) continue;
    const auto bytes = message_of(type, 30);
    EXPECT_EQ(visit(Message(bytes), [](const auto&) { FAIL() << "visited"; }), Recognised::Unknown) << code;
  }
}

TEST(ItchVisit, WrongLengthsAreMalformed) {
  for (const char type : kAllTypes) {
    for (std::size_t bytes = 0; bytes < 64; ++bytes) {
      if (bytes == length_of(type)) continue;
      const auto message = message_of(type, bytes);
      EXPECT_EQ(visit(Message(message), [](const auto&) { FAIL() << "visited"; }), Recognised::Malformed) << type << " of " << bytes;
    }
  }
}

TEST(ItchMessageCounts, CountsByTypeAndSkipsWhatItDoesNotKnow) {
  MessageCounts counts;
  EXPECT_EQ(counts.take(Message(encoded([](auto out) { return encode_delete(out, {1, 2}, 3); }))), Recognised::Known);
  counts.take(Message(encoded([](auto out) { return encode_delete(out, {1, 2}, 4); })));
  EXPECT_EQ(counts.take(Message(message_of('z', 77))), Recognised::Unknown);
  EXPECT_EQ(counts.take(Message(message_of('D', 18))), Recognised::Malformed);
  EXPECT_EQ(counts.take(Message(message_of('z', 10))), Recognised::Malformed) << "shorter than a head";
  EXPECT_EQ(counts.of('D'), 2u);
  EXPECT_EQ(counts.of('z'), 1u);
  EXPECT_EQ(counts.known(), 2u);
  EXPECT_EQ(counts.unknown(), 1u);
  EXPECT_EQ(counts.malformed(), 2u);
}

}  // namespace
}  // namespace hopscope::wire::itch
