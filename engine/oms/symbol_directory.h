// Stock locate to symbol, learnt from the feed's stock directory messages: OUCH names a stock where ITCH numbers it.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/wire/itch.h"

namespace hopscope::oms {

class SymbolDirectory {
 public:
  explicit SymbolDirectory(std::uint16_t max_locate) : symbols_(std::size_t{max_locate} + 1) {}

  void learn(const wire::itch::Message& message) {
    if (const auto* directory = message.as<wire::itch::StockDirectory>()) [[unlikely]]
      if (message.locate() < symbols_.size()) symbols_[message.locate()] = directory->stock;
  }

  bool knows(std::uint16_t locate) const { return locate < symbols_.size() && symbols_[locate][0] != '\0'; }

  // Needs knows(locate).
  const wire::itch::Symbol& operator[](std::uint16_t locate) const { return symbols_[locate]; }

 private:
  std::vector<wire::itch::Symbol> symbols_;
};

}  // namespace hopscope::oms
