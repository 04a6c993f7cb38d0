#include "engine/torture/venue_run.h"

#include "engine/feed/room.h"
#include "engine/venue/room.h"

namespace hopscope::torture {

core::Plan plan_of(std::uint64_t seed, std::uint64_t feed_messages) {
  core::Plan plan;
  plan.run_id = "torture-" + std::to_string(seed);
  plan.seed = seed;
  plan.feed.symbols = static_cast<std::uint32_t>(1 + seed % 4);
  plan.feed.measure_messages = feed_messages;
  return plan;
}

std::string journal_path(const core::Plan& plan) { return plan.journal.directory + "/journal-" + std::to_string(kVenue) + ".hsj"; }

VenueRun::VenueRun(const core::Plan& plan)
    : engine_(feed::max_locate(plan.feed), venue::max_orders(plan.feed)),
      client_(plan.seed, static_cast<std::uint16_t>(plan.feed.symbols), kVenue) {
  source_.open(plan.feed, plan.seed);  // the simulated flow cannot fail
}

std::span<const journal::Record> VenueRun::step() {
  engine_.clear();
  if (requests_due_ == 0) {
    std::uint64_t market_ns = 0;
    const std::size_t bytes = source_.next(message_, market_ns);
    engine_.apply(++feed_messages_, wire::itch::Message(std::span(message_).first(bytes)));
    if (feed_messages_ > kQuietMessages) requests_due_ = client_.draw_requests();
  } else {
    --requests_due_;
    client_.request(engine_);
  }
  records_.assign(engine_.records().begin(), engine_.records().end());
  for (journal::Record& record : records_) {
    record.sequence = ++last_record_;
    record.venue = kVenue;
  }
  return records_;
}

}  // namespace hopscope::torture
