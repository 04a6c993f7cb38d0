// A day in a few thousand ITCH messages, as a BinaryFILE: orders that come, change, trade and go around one price, halts, auctions that
// cross, and the end of the system's hours, with some messages behind it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "engine/wire/itch_encode.h"
#include "engine/wire/itch_encode_market.h"

namespace hopscope::journal_tool {

class ItchMarket {
 public:
  explicit ItchMarket(std::uint64_t seed) : random_(seed) {}

  void write(const std::string& path, unsigned messages) {
    for (std::uint16_t locate = 1; locate <= kSymbols; ++locate)
      put([&](auto out) { return wire::itch::encode_stock_directory(out, {locate, now_ns_}, name(locate)); });
    for (unsigned i = 0; i < messages; ++i) {
      now_ns_ += 1 + draw(2'000);
      step();
    }
    put([&](auto out) { return wire::itch::encode_system_event(out, {0, now_ns_}, 'E'); });
    for (unsigned i = 0; i < 50; ++i) add();
    std::ofstream(path, std::ios::binary) << file_;
  }

 private:
  static constexpr std::uint16_t kSymbols = 3;
  static constexpr std::uint32_t kMeanPrice = 1'000'000;
  struct Order {
    std::uint64_t reference;
    std::uint16_t locate;
  };
  using Out = std::span<std::byte>;
  static constexpr auto name = [](std::uint16_t locate) { return wire::itch::symbol("S" + std::to_string(locate)); };

  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  std::uint32_t price() { return kMeanPrice + static_cast<std::uint32_t>(draw(17)) * 100 - 800; }
  std::uint32_t shares() { return static_cast<std::uint32_t>(1 + draw(5)) * 100; }

  void step() {
    const std::uint64_t kind = draw(100);
    if (orders_.empty() || kind < 45) return add();
    if (kind < 48) return change_session();
    const std::size_t at = draw(orders_.size());
    const Order order = orders_[at];
    const wire::itch::Stamp stamp{order.locate, now_ns_};
    if (kind < 60) {
      put([&](Out out) { return wire::itch::encode_executed(out, stamp, order.reference, 50, ++match_); });
    } else if (kind < 65) {
      put([&](Out out) { return wire::itch::encode_executed_with_price(out, stamp, order.reference, 50, ++match_, 'Y', price()); });
    } else if (kind < 72) {
      put([&](Out out) { return wire::itch::encode_cancel(out, stamp, order.reference, 40); });
    } else if (kind < 80) {
      put([&](Out out) { return wire::itch::encode_replace(out, stamp, order.reference, ++reference_, shares(), price()); });
      orders_[at].reference = reference_;
    } else if (kind < 83) {
      put([&](Out out) { return wire::itch::encode_trade(out, stamp, 100, name(order.locate), price(), ++match_); });
    } else {
      put([&](Out out) { return wire::itch::encode_delete(out, stamp, order.reference); });
      orders_.erase(orders_.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }

  void add() {
    const auto locate = static_cast<std::uint16_t>(1 + draw(kSymbols));
    const std::uint32_t at = price();
    const char side = at < kMeanPrice + (draw(2) == 0 ? 100u : 0u) ? 'B' : 'S';
    put([&](Out out) { return wire::itch::encode_add(out, {locate, now_ns_}, ++reference_, side, shares(), name(locate), at); });
    orders_.push_back({reference_, locate});
  }

  // Trading stops or goes on; an auction ends with a cross.
  void change_session() {
    const auto locate = static_cast<std::uint16_t>(1 + draw(kSymbols));
    char& state = states_[locate];
    if (state == 'Q')
      put([&](Out out) { return wire::itch::encode_cross_trade(out, {locate, now_ns_}, 100, name(locate), kMeanPrice, ++match_, 'O'); });
    state = state != 'T' ? 'T' : draw(3) == 0 ? 'H' : 'Q';
    put([&](Out out) { return wire::itch::encode_trading_action(out, {locate, now_ns_}, name(locate), state, ""); });
  }

  template <class Encode>
  void put(Encode encode) {
    std::array<std::byte, 64> message{};
    const std::size_t bytes = encode(Out(message));
    file_ += {'\0', static_cast<char>(bytes)};
    file_.append(reinterpret_cast<const char*>(message.data()), bytes);
  }

  std::mt19937_64 random_;
  std::string file_;
  std::uint64_t now_ns_ = 34'200'000'000'000;
  std::uint64_t reference_ = 0, match_ = 0;
  std::vector<Order> orders_;
  std::array<char, kSymbols + 1> states_{'T', 'T', 'T', 'T'};
};

}  // namespace hopscope::journal_tool
