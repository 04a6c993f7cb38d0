#include "engine/venue/symbol_index.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "engine/wire/itch_encode.h"

namespace hopscope::venue {
namespace {

namespace itch = wire::itch;

void learn(SymbolIndex& index, std::uint16_t locate, const std::string& name) {
  std::array<std::byte, 64> bytes{};
  itch::encode_stock_directory(bytes, {locate, 1}, itch::symbol(name));
  index.learn(*reinterpret_cast<const itch::StockDirectory*>(bytes.data()));
}

TEST(SymbolIndex, FindsWhatItLearnt) {
  SymbolIndex index(1000);
  for (std::uint16_t locate = 1; locate <= 1000; ++locate) learn(index, locate, "S" + std::to_string(locate));
  for (std::uint16_t locate = 1; locate <= 1000; ++locate) ASSERT_EQ(index.find(itch::symbol("S" + std::to_string(locate))), locate);
}

TEST(SymbolIndex, KnowsNoSymbolThatTheFeedHasNotNamed) {
  SymbolIndex index(10);
  EXPECT_EQ(index.find(itch::symbol("HOPS")), std::nullopt);
  learn(index, 3, "HOPS");
  EXPECT_EQ(index.find(itch::symbol("HOP")), std::nullopt);
}

TEST(SymbolIndex, TheLastWordOfTheDirectoryCounts) {
  SymbolIndex index(10);
  learn(index, 3, "HOPS");
  learn(index, 4, "HOPS");
  EXPECT_EQ(index.find(itch::symbol("HOPS")), 4);
}

TEST(SymbolIndex, MoreSymbolsThanLocatesAreNotLearnt) {
  SymbolIndex index(1);
  learn(index, 0, "A");
  learn(index, 1, "B");
  learn(index, 1, "C");
  EXPECT_EQ(index.find(itch::symbol("A")), 0);
  EXPECT_EQ(index.find(itch::symbol("B")), 1);
  EXPECT_EQ(index.find(itch::symbol("C")), std::nullopt);
}

}  // namespace
}  // namespace hopscope::venue
