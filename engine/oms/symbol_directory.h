// Stock locate to symbol, learnt from the feed's stock directory messages: OUCH names a stock where ITCH numbers it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/wire/itch.h"

namespace hopscope::oms {

class SymbolDirectory {
 public:
  explicit SymbolDirectory(std::uint16_t max_locate) : symbols_(std::size_t{max_locate} + 1) {}

  // Returns whether it was one.
  bool learn(const wire::itch::Message& message) {
    const auto* directory = message.as<wire::itch::StockDirectory>();
    if (directory == nullptr || message.locate() >= symbols_.size()) [[likely]]
      return false;
    symbols_[message.locate()] = directory->stock;
    return true;
  }

  bool has(std::uint16_t locate) const { return locate < symbols_.size(); }
  bool knows(std::uint16_t locate) const { return locate < symbols_.size() && symbols_[locate][0] != '\0'; }

  // 0: it is not listed. Looks at all of them: for one who asks seldom.
  std::uint16_t find(const wire::itch::Symbol& symbol) const {
    const auto found = std::find(symbols_.begin(), symbols_.end(), symbol);
    return found == symbols_.end() ? std::uint16_t{0} : static_cast<std::uint16_t>(found - symbols_.begin());
  }

  // Needs knows(locate).
  const wire::itch::Symbol& operator[](std::uint16_t locate) const { return symbols_[locate]; }

 private:
  std::vector<wire::itch::Symbol> symbols_;
};

}  // namespace hopscope::oms
