#include "engine/journal_tool/book_at.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "engine/recovery/record_text.h"
#include "engine/venue/client_order.h"

namespace hopscope::journal_tool {
namespace {

// Without the blanks that fill it up.
std::string name_of(const wire::itch::Symbol& symbol) {
  const std::string padded(symbol.data(), symbol.size());
  const std::size_t last = padded.find_last_not_of(std::string_view(" \0", 2));
  return last == std::string::npos ? std::string() : padded.substr(0, last + 1);
}

std::vector<BookLevel> levels_of(const venue::MatchingEngine& engine, std::uint16_t locate, book::Side side,
                                 std::vector<ClientResting>& clients) {
  std::vector<BookLevel> levels;
  engine.each_order(locate, side, [&](book::OrderId id, book::Price price, book::Quantity shown) {
    if (levels.empty() || levels.back().price != price) levels.push_back({price, 0, 0, 0});
    BookLevel& level = levels.back();
    ++level.orders;
    level.shares += shown;
    if (!venue::is_client(id)) return;
    level.client_shares += shown;
    const venue::OpenOrder* order = engine.open_order(id);
    clients.push_back({id, side, price, shown, order == nullptr ? shown : order->open});
  });
  return levels;
}

nlohmann::json levels_json(const std::vector<BookLevel>& levels) {
  nlohmann::json all = nlohmann::json::array();
  for (const auto& [price, shares, client_shares, orders] : levels)
    all.push_back({{"price", price}, {"shares", shares}, {"client_shares", client_shares}, {"orders", orders}});
  return all;
}

struct Cells {
  std::string price, shares, clients, orders;
};

// Blank where the side has no such level.
Cells cells_of(const std::vector<BookLevel>& side, std::size_t at) {
  if (at >= side.size()) return {};
  const auto& [price, shares, client_shares, orders] = side[at];
  return {recovery::price_text(price), std::to_string(shares), client_shares == 0 ? "" : std::to_string(client_shares),
          std::to_string(orders)};
}

std::string line_of(const Cells& bid, const Cells& ask) {
  std::array<char, 160> line;
  std::snprintf(line.data(), line.size(), "  %8s %10s %10s %12s | %-12s %-10s %-10s %s", bid.orders.c_str(), bid.clients.c_str(),
                bid.shares.c_str(), bid.price.c_str(), ask.price.c_str(), ask.shares.c_str(), ask.clients.c_str(), ask.orders.c_str());
  std::string text(line.data());
  text.erase(text.find_last_not_of(' ') + 1);
  return text + '\n';
}

}  // namespace

std::vector<SymbolBook> books_of(const venue::MatchingEngine& engine, std::uint16_t max_locate, const std::string& symbol) {
  std::vector<SymbolBook> books;
  for (std::uint32_t at = 0; at <= max_locate; ++at) {
    const auto locate = static_cast<std::uint16_t>(at);
    SymbolBook book;
    book.locate = locate;
    book.symbol = name_of(engine.symbols().name(locate));
    if (!symbol.empty() && book.symbol != symbol) continue;
    book.bids = levels_of(engine, locate, book::Side::Buy, book.clients);
    book.asks = levels_of(engine, locate, book::Side::Sell, book.clients);
    if (!book.bids.empty() || !book.asks.empty()) books.push_back(std::move(book));
  }
  return books;
}

std::string book_table(const SymbolBook& book, std::size_t levels) {
  const auto more = [levels](const std::vector<BookLevel>& side) { return side.size() - std::min(side.size(), levels); };
  std::string text = (book.symbol.empty() ? "locate " : book.symbol + ", locate ") + std::to_string(book.locate) + "\n";
  text += line_of({"bid", "shares", "clients'", "orders"}, {"ask", "shares", "clients'", "orders"});
  for (std::size_t i = 0; i < std::min(levels, std::max(book.bids.size(), book.asks.size())); ++i)
    text += line_of(cells_of(book.bids, i), cells_of(book.asks, i));
  if (more(book.bids) + more(book.asks) != 0)
    text += "  and " + std::to_string(more(book.bids)) + " more bid prices, " + std::to_string(more(book.asks)) + " more ask prices\n";
  return text;
}

nlohmann::json book_json(const SymbolBook& book) {
  nlohmann::json clients = nlohmann::json::array();
  for (const auto& [id, side, price, shown, open] : book.clients)
    clients.push_back({{"order", recovery::order_text(id)},
                       {"side", std::string(1, static_cast<char>(side))},
                       {"price", price},
                       {"shown", shown},
                       {"open", open}});
  return {{"symbol", book.symbol},
          {"locate", book.locate},
          {"bids", levels_json(book.bids)},
          {"asks", levels_json(book.asks)},
          {"client_orders", clients}};
}

}  // namespace hopscope::journal_tool
