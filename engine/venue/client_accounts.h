// What a venue's client has bought and sold there, from the venue's own executions over the whole run: what the OMS's positions are
// compared with when a run has ended (engine/reconciliation.h).
#pragma once

#include <cstdint>
#include <vector>

#include "engine/book/traded.h"
#include "engine/core/plan.h"
#include "engine/journal/record.h"
#include "engine/venue/client_order.h"

namespace hopscope::venue {

class ClientAccounts {
 public:
  explicit ClientAccounts(std::uint16_t max_locate) : traded_(std::size_t{max_locate} + 1) {}

  // A trade in which a client took part, or two. In a cross nobody takes.
  void take(const core::VenuePlan& profile, const journal::Record& executed) {
    if (executed.locate >= traded_.size()) return;
    book::Traded& traded = traded_[executed.locate];
    const bool taker_buys = executed.side == static_cast<std::uint8_t>(book::Side::Buy);
    const bool in_cross = executed.reason != 0;
    if (is_client(executed.order))
      traded.add(taker_buys ? book::Side::Buy : book::Side::Sell, executed.quantity, executed.price,
                 in_cross ? profile.make_micros : profile.take_micros);
    if (is_client(executed.maker))
      traded.add(taker_buys ? book::Side::Sell : book::Side::Buy, executed.quantity, executed.price, profile.make_micros);
  }

  const book::Traded& operator[](std::uint16_t locate) const { return traded_[locate]; }

 private:
  std::vector<book::Traded> traded_;
};

}  // namespace hopscope::venue
