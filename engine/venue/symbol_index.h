// Symbol to stock locate and back, learnt from the feed's stock directory: OUCH names a stock where ITCH numbers it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "engine/wire/itch.h"

namespace hopscope::venue {

class SymbolIndex {
 public:
  explicit SymbolIndex(std::uint16_t max_locate)
      : entries_(std::bit_ceil((std::size_t{max_locate} + 1) * 2)), names_(std::size_t{max_locate} + 1), room_(max_locate + 1u) {}

  // A symbol keeps one locate all day; if the feed says otherwise, the last word counts. More symbols than locates are not learnt.
  void learn(const wire::itch::StockDirectory& directory) { learn(directory.stock, directory.head.locate); }
  void learn(const wire::itch::Symbol& symbol, std::uint16_t locate) {
    Entry& entry = entries_[seek(symbol)];
    if (!entry.used) {
      if (room_ == 0) return;
      --room_;
    }
    entry = {symbol, locate, true};
    if (entry.locate < names_.size()) names_[entry.locate] = symbol;
  }

  std::optional<std::uint16_t> find(const wire::itch::Symbol& symbol) const {
    const Entry& entry = entries_[seek(symbol)];
    return entry.used ? std::optional(entry.locate) : std::nullopt;
  }

  // Of a locate that find() has returned.
  const wire::itch::Symbol& name(std::uint16_t locate) const { return names_[locate]; }

  // visit(symbol, locate) for each that was learnt.
  template <class Visit>
  void each(Visit&& visit) const {
    for (const Entry& entry : entries_)
      if (entry.used) visit(entry.symbol, entry.locate);
  }
  // The last word on a locate that several symbols have had. The locate must not be above max_locate.
  void rename(std::uint16_t locate, const wire::itch::Symbol& name) { names_[locate] = name; }

 private:
  struct Entry {
    wire::itch::Symbol symbol{};
    std::uint16_t locate = 0;
    bool used = false;
  };

  // The symbol's entry, or the free one where it would stand: at least half of them stay free.
  std::size_t seek(const wire::itch::Symbol& symbol) const {
    std::uint64_t word;
    std::memcpy(&word, symbol.data(), sizeof word);
    std::size_t at = (word * 0x9e3779b97f4a7c15ull >> 32) & (entries_.size() - 1);
    while (entries_[at].used && entries_[at].symbol != symbol) at = (at + 1) & (entries_.size() - 1);
    return at;
  }

  std::vector<Entry> entries_;
  std::vector<wire::itch::Symbol> names_;  // by locate
  std::uint32_t room_;
};

}  // namespace hopscope::venue
