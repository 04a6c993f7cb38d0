#include "engine/recovery/oms_state.h"

#include <array>
#include <string>

#include "engine/venue/byte_sequence.h"

namespace hopscope::recovery {
namespace {

using venue::ByteReader;
using venue::ByteWriter;

constexpr std::size_t kNameBytes = 8;
constexpr unsigned kSingleShift = 8;  // behind the router's rule: the venue of rule single

// Each names all fields once, in the order in which they stand; `number` puts or gets one.
void each_count(auto& counts, auto&& number) {
  number(counts.orders);
  number(counts.replaces);
  number(counts.cancels);
  number(counts.acks);
  number(counts.rejects);
  number(counts.fills);
  number(counts.filled_shares);
  number(counts.risk_rejects);
  number(counts.timeouts);
}

void each_order_field(auto& order, auto&& number) {
  number(order.price);
  number(order.quantity);
  number(order.filled);
  number(order.side);
  number(order.state);
}

void each_position_field(auto& position, auto&& number) {
  number(position.bought);
  number(position.sold);
  number(position.bought_value);
  number(position.sold_value);
}

}  // namespace

OmsState::OmsState(const OmsLedger& ledger) : ledger_(ledger) {
  for (const auto& [locate, name] : ledger.symbols_) symbols_[locate];
  for (const auto& [key, position] : ledger.positions_) symbols_[key.second].venues.push_back(key.first);
  for (const auto& [id, order] : ledger.orders_) symbols_[order.locate].orders.push_back(id);
}

void OmsState::save_whole(std::vector<std::byte>& to) const {
  ByteWriter out(to);
  const auto put = [&](auto number) { out.put(number); };
  put(ledger_.market_ns_);
  put(ledger_.feed_sequence_);
  const RunFacts& run = ledger_.run_;
  for (const std::uint64_t fact : {run.plan_digest, run.seed, run.warmup_messages, run.tsc_millihertz, run.tsc, run.realtime_ns}) put(fact);
  put(static_cast<std::uint32_t>(run.venues));
  put(static_cast<std::uint32_t>(run.router) | run.single << kSingleShift);
  const core::RiskPlan& limits = ledger_.limits_;
  put(limits.max_notional);
  for (const std::uint32_t limit : {limits.max_quantity, limits.collar_bps, limits.max_orders_per_second}) put(limit);
  const risk::TokenBucket::State bucket = ledger_.gate_->bucket_state();
  put(bucket.credit);
  put(bucket.filled_at_ns);
  const router::Router::State router = ledger_.router_->state();
  put(router.picks);
  for (unsigned v = 0; v < run.venues; ++v) {
    put(router.last_used[v]);
    put(ledger_.last_user_ref_[v]);
  }
  each_count(ledger_.all_, put);
  each_count(ledger_.measured_, put);
  for (const std::uint64_t count :
       {ledger_.gaps_opened_, ledger_.messages_given_up_, ledger_.answers_lost_, ledger_.decisions_, ledger_.answers_, ledger_.kills_})
    put(count);
  put(static_cast<std::uint8_t>(ledger_.killed_));
  put(static_cast<std::uint32_t>(ledger_.gaps_.size()));
  for (const auto& [first, behind] : ledger_.gaps_) {
    put(first);
    put(behind);
  }
}

void OmsState::save_symbol(std::uint16_t locate, std::vector<std::byte>& to) const {
  const auto found = symbols_.find(locate);
  if (found == symbols_.end()) return;
  ByteWriter out(to);
  const auto put = [&](auto number) { out.put(number); };
  const auto name = ledger_.symbols_.find(locate);
  put(static_cast<std::uint8_t>(name != ledger_.symbols_.end()));
  std::string letters = name == ledger_.symbols_.end() ? std::string() : name->second;
  letters.resize(kNameBytes, ' ');
  out.put_bytes(std::as_bytes(std::span(letters)));
  put(static_cast<std::uint32_t>(found->second.venues.size()));
  for (const std::uint8_t venue : found->second.venues) {
    put(venue);
    each_position_field(ledger_.positions_.at({venue, locate}), put);
  }
  put(static_cast<std::uint32_t>(found->second.orders.size()));
  for (const std::uint64_t id : found->second.orders) {
    const OmsOrder& order = ledger_.orders_.at(id);
    put(id);
    each_order_field(order, put);
    put(static_cast<std::uint8_t>(order.measured));
  }
}

bool RestoredOms::restore_whole(std::span<const std::byte> chunk) {
  ByteReader in(chunk);
  const auto get = [&](auto& number) { number = in.get<std::remove_reference_t<decltype(number)>>(); };
  get(ledger_.market_ns_);
  get(ledger_.feed_sequence_);
  RunFacts& run = ledger_.run_;
  for (std::uint64_t* fact : {&run.plan_digest, &run.seed, &run.warmup_messages, &run.tsc_millihertz, &run.tsc, &run.realtime_ns})
    get(*fact);
  run.venues = in.get<std::uint32_t>();
  const auto routing = in.get<std::uint32_t>();
  const std::uint32_t rule = routing & ((1u << kSingleShift) - 1);
  run.single = routing >> kSingleShift;
  if (run.venues == 0 || run.venues > core::kMaxVenues || run.single >= run.venues ||
      rule > static_cast<std::uint32_t>(core::RouterRule::Smart))
    return false;
  run.router = static_cast<core::RouterRule>(rule);
  core::RiskPlan& limits = ledger_.limits_;
  get(limits.max_notional);
  for (std::uint32_t* limit : {&limits.max_quantity, &limits.collar_bps, &limits.max_orders_per_second}) get(*limit);
  ledger_.gate_.emplace(limits, risk::KillSwitch(ledger_.never_killed_));
  risk::TokenBucket::State bucket;
  get(bucket.credit);
  get(bucket.filled_at_ns);
  ledger_.gate_->restore_bucket(bucket);
  router::Router::State router;
  get(router.picks);
  for (unsigned v = 0; v < run.venues; ++v) {
    get(router.last_used[v]);
    get(ledger_.last_user_ref_[v]);
  }
  ledger_.router_.emplace(run.router, run.single, router);
  each_count(ledger_.all_, get);
  each_count(ledger_.measured_, get);
  for (std::uint64_t* count : {&ledger_.gaps_opened_, &ledger_.messages_given_up_, &ledger_.answers_lost_, &ledger_.decisions_,
                               &ledger_.answers_, &ledger_.kills_})
    get(*count);
  ledger_.killed_ = in.get<std::uint8_t>() != 0;
  for (auto gaps = in.get<std::uint32_t>(); gaps > 0 && in.sound(); --gaps) {
    const auto first = in.get<std::uint64_t>();
    ledger_.gaps_[first] = in.get<std::uint64_t>();
  }
  return in.over();
}

bool RestoredOms::restore_symbol(std::span<const std::byte> chunk, std::uint16_t locate) {
  ByteReader in(chunk);
  const auto get = [&](auto& number) { number = in.get<std::remove_reference_t<decltype(number)>>(); };
  const bool named = in.get<std::uint8_t>() != 0;
  std::array<char, kNameBytes> letters{};
  in.get_bytes(std::as_writable_bytes(std::span(letters)));
  if (named) {
    std::string& name = ledger_.symbols_[locate];
    name.assign(letters.data(), letters.size());
    name.erase(name.find_last_not_of(' ') + 1);
  }
  for (auto positions = in.get<std::uint32_t>(); positions > 0 && in.sound(); --positions) {
    const auto venue = in.get<std::uint8_t>();
    each_position_field(ledger_.positions_[{venue, locate}], get);
  }
  for (auto orders = in.get<std::uint32_t>(); orders > 0 && in.sound(); --orders) {
    OmsOrder& order = ledger_.orders_[in.get<std::uint64_t>()];
    order.locate = locate;
    each_order_field(order, get);
    order.measured = in.get<std::uint8_t>() != 0;
  }
  return in.over();
}

}  // namespace hopscope::recovery
