// What a venue charged: fees of its profile, over the executions of client orders. Millionths of the currency; negative: it paid.
#pragma once

#include <cstdint>

#include "engine/core/plan.h"
#include "engine/journal/record.h"
#include "engine/venue/client_order.h"

namespace hopscope::venue {

struct VenueTotals {
  std::uint64_t made_shares = 0, taken_shares = 0;  // in a cross all are made
  std::int64_t make_fees_micros = 0, take_fees_micros = 0;
  std::uint64_t queue_rejects = 0;   // messages that found the queue full
  std::uint64_t lost_in_outage = 0;  // messages that came while its gateway was down
};

inline void charge(VenueTotals& totals, const core::VenuePlan& profile, const journal::Record& executed) {
  const auto quantity = static_cast<std::int64_t>(executed.quantity);
  const bool in_cross = executed.reason != 0;
  if (is_client(executed.order) && !in_cross) {
    totals.taken_shares += executed.quantity;
    totals.take_fees_micros += quantity * profile.take_micros;
  }
  const int makers = is_client(executed.maker) + (in_cross && is_client(executed.order));
  totals.made_shares += executed.quantity * static_cast<std::uint64_t>(makers);
  totals.make_fees_micros += quantity * profile.make_micros * makers;
}

}  // namespace hopscope::venue
