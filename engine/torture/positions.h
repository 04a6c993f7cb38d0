// What a venue's clients have bought and sold, by its records of executions.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/digest.h"
#include "engine/journal/record.h"
#include "engine/venue/client_order.h"

namespace hopscope::torture {

class Positions {
 public:
  void take(const journal::Record& record) {
    if (record.type != journal::RecordType::Executed) return;
    if (record.locate >= of_locate_.size()) of_locate_.resize(std::size_t{record.locate} + 1);
    Position& position = of_locate_[record.locate];
    const bool taker_buys = record.side == static_cast<std::uint8_t>(book::Side::Buy);
    if (venue::is_client(record.order)) position.trade(taker_buys, record);
    if (venue::is_client(record.maker)) position.trade(!taker_buys, record);
  }

  void add_to(core::Digest& digest) const {
    for (std::size_t locate = 0; locate < of_locate_.size(); ++locate) {
      const Position& position = of_locate_[locate];
      if (position.bought == 0 && position.sold == 0) continue;
      for (const std::uint64_t word : {std::uint64_t{locate}, position.bought, position.sold, position.paid, position.received})
        digest.add(word);
    }
  }

 private:
  struct Position {
    std::uint64_t bought = 0, sold = 0;    // shares
    std::uint64_t paid = 0, received = 0;  // 4 decimals

    void trade(bool buys, const journal::Record& record) {
      const std::uint64_t notional = std::uint64_t{record.price} * record.quantity;
      (buys ? bought : sold) += record.quantity;
      (buys ? paid : received) += notional;
    }
  };

  std::vector<Position> of_locate_;
};

}  // namespace hopscope::torture
