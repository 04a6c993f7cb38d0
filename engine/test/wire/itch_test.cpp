#include "engine/wire/itch.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/wire/itch_encode.h"

namespace hopscope::wire::itch {
namespace {

constexpr Stamp kStamp{.locate = 0x0102, .timestamp_ns = 0x0a0b0c0d0e0f, .tracking = 0x0304};
constexpr Symbol kStock = symbol("HOPS");

std::vector<std::byte> from_hex(const std::string& hex) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < hex.size();) {
    if (hex[i] == ' ') {
      ++i;
      continue;
    }
    bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    i += 2;
  }
  return bytes;
}

template <class Encode>
std::vector<std::byte> encoded(Encode&& encode) {
  std::vector<std::byte> buffer(64, std::byte{0xee});
  const std::size_t bytes = encode(std::span(buffer));
  for (std::size_t i = bytes; i < buffer.size(); ++i) EXPECT_EQ(buffer[i], std::byte{0xee}) << "written behind the message at " << i;
  buffer.resize(bytes);
  EXPECT_TRUE(Message(buffer).well_formed());
  return buffer;
}

TEST(Itch, LengthsOfAllRevisions) {
  const std::map<char, std::size_t> specified = {{'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28},
                                                 {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40}, {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19},
                                                 {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};
  for (int code = 0; code < 256; ++code) {
    const auto at = specified.find(static_cast<char>(code));
    EXPECT_EQ(length_of(static_cast<char>(code)), at == specified.end() ? 0 : at->second) << "type code " << code;
  }
}

TEST(ItchEncode, AddOrderBytes) {
  const auto bytes = encoded([](auto out) { return encode_add(out, kStamp, 0x1112131415161718, 'S', 300, symbol("HOPS"), 1'000'100); });
  EXPECT_EQ(bytes, from_hex("41 0102 0304 0a0b0c0d0e0f 1112131415161718 53 0000012c 484f505320202020 000f42a4"));
}

TEST(ItchEncode, StockDirectoryBytes) {
  const auto bytes = encoded([](auto out) { return encode_stock_directory(out, kStamp, kStock); });
  EXPECT_EQ(bytes, from_hex("52 0102 0304 0a0b0c0d0e0f 484f505320202020 51 4e 00000064 4e 43 5a20 54 4e 4e 31 4e 00000000 4e"));
}

TEST(ItchEncode, OrderEventBytes) {
  EXPECT_EQ(encoded([](auto out) { return encode_system_event(out, kStamp, 'O'); }), from_hex("53 0102 0304 0a0b0c0d0e0f 4f"));
  EXPECT_EQ(encoded([](auto out) { return encode_executed(out, kStamp, 7, 100, 9); }),
            from_hex("45 0102 0304 0a0b0c0d0e0f 0000000000000007 00000064 0000000000000009"));
  EXPECT_EQ(encoded([](auto out) { return encode_cancel(out, kStamp, 7, 100); }),
            from_hex("58 0102 0304 0a0b0c0d0e0f 0000000000000007 00000064"));
  EXPECT_EQ(encoded([](auto out) { return encode_delete(out, kStamp, 7); }), from_hex("44 0102 0304 0a0b0c0d0e0f 0000000000000007"));
  EXPECT_EQ(encoded([](auto out) { return encode_replace(out, kStamp, 7, 8, 100, 1'000'000); }),
            from_hex("55 0102 0304 0a0b0c0d0e0f 0000000000000007 0000000000000008 00000064 000f4240"));
  EXPECT_EQ(encoded([](auto out) { return encode_trade(out, kStamp, 100, kStock, 1'000'000, 9); }),
            from_hex("50 0102 0304 0a0b0c0d0e0f 0000000000000000 42 00000064 484f505320202020 000f4240 0000000000000009"));
}

TEST(ItchMessage, ReadsBackEveryField) {
  const auto bytes = encoded([](auto out) { return encode_replace(out, kStamp, 71, 72, 500, 999'900); });
  const Message message{Bytes(bytes)};
  EXPECT_EQ(message.type(), 'U');
  EXPECT_EQ(message.locate(), 0x0102);
  EXPECT_EQ(message.tracking(), 0x0304);
  EXPECT_EQ(message.timestamp_ns(), 0x0a0b0c0d0e0fu);
  const auto* replace = message.as<Replace>();
  ASSERT_NE(replace, nullptr);
  EXPECT_EQ(replace->old_reference, 71u);
  EXPECT_EQ(replace->new_reference, 72u);
  EXPECT_EQ(replace->shares, 500u);
  EXPECT_EQ(replace->price, 999'900u);
  EXPECT_EQ(message.as<AddOrder>(), nullptr) << "another type";
}

TEST(ItchMessage, AddWithMpidStartsLikeAdd) {
  auto bytes = encoded([](auto out) { return encode_add(out, kStamp, 5, 'B', 200, kStock, 1'000'000); });
  bytes[0] = std::byte{'F'};
  for (char c : std::string("MPID")) bytes.push_back(static_cast<std::byte>(c));
  const auto* message = Message(bytes).as<AddOrderMpid>();
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(message->add.reference, 5u);
  EXPECT_EQ(message->add.price, 1'000'000u);
  EXPECT_EQ(std::string(message->mpid, 4), "MPID");
}

TEST(ItchMessage, RefusesWrongLengths) {
  const auto bytes = encoded([](auto out) { return encode_executed(out, kStamp, 7, 100, 9); });
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const Message cut(Bytes(bytes).first(length));
    EXPECT_FALSE(cut.well_formed()) << length;
    if (length > 0) {
      EXPECT_EQ(cut.as<Executed>(), nullptr) << length;
    }
  }
}

}  // namespace
}  // namespace hopscope::wire::itch
