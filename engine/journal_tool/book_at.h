// The books of a venue as its journal's replay has left them: what rests, by symbol and price.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "engine/venue/matching_engine.h"

namespace hopscope::journal_tool {

struct BookLevel {
  book::Price price = 0;
  std::uint64_t shares = 0;         // shown
  std::uint64_t client_shares = 0;  // among them
  std::uint32_t orders = 0;
};

struct ClientResting {
  book::OrderId id = 0;
  book::Side side = book::Side::Buy;
  book::Price price = 0;
  book::Quantity shown = 0;
  book::Quantity open = 0;  // with what an iceberg hides
};

struct SymbolBook {
  std::uint16_t locate = 0;
  std::string symbol;                  // empty: the feed has not named it
  std::vector<BookLevel> bids, asks;   // best first
  std::vector<ClientResting> clients;  // bids, then asks, each in priority
};

// Every symbol in which something rests, by locate. `symbol`: this one only; empty: all.
std::vector<SymbolBook> books_of(const venue::MatchingEngine& engine, std::uint16_t max_locate, const std::string& symbol);

// The best `levels` of each side, a line a level.
std::string book_table(const SymbolBook& book, std::size_t levels);
// All levels, and every client order that rests.
nlohmann::json book_json(const SymbolBook& book);

}  // namespace hopscope::journal_tool
