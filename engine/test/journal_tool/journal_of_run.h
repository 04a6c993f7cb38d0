// A venue's journal as a run would have left it, made in this process: the plan's market, client orders of every kind, and the records of
// both, written into a file without O_DIRECT, so that any directory will do.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/plan.h"
#include "engine/feed/market_source.h"
#include "engine/feed/room.h"
#include "engine/journal/claim.h"
#include "engine/net/port.h"
#include "engine/venue/client_order.h"
#include "engine/venue/matching_engine.h"
#include "engine/venue/room.h"

namespace hopscope::journal_tool {

inline core::Plan plan_of_run() {
  core::Plan plan;
  plan.run_id = "run-1";
  plan.seed = 7;
  plan.venues = 2;
  plan.feed.symbols = 2;
  plan.feed.warmup_messages = 100;
  plan.feed.measure_messages = 5'000;
  return plan;
}

// An order every seventh feed message: limits that rest until the feed hits them or they are cancelled, takers, refused ones.
// observe(engine) is called when all that came of a feed message, or of a client's, has happened.
template <class Observe>
std::vector<journal::Record> records_of_run(const core::Plan& plan, Observe&& observe) {
  feed::MarketSource source;
  if (!source.open(plan.feed, plan.seed).empty()) return {};
  venue::MatchingEngine engine(feed::max_locate(plan.feed), venue::max_orders(plan.feed));
  std::array<std::byte, net::kMaxPayloadBytes> bytes{};
  std::uint32_t user_ref = 0;
  for (std::uint64_t sequence = 1; sequence <= plan.feed.warmup_messages + plan.feed.measure_messages; ++sequence) {
    std::uint64_t market_ns = 0;
    const std::size_t length = source.next(bytes, market_ns);
    engine.apply(sequence, wire::itch::Message(std::span(bytes).first(length)));
    observe(std::as_const(engine));
    if (sequence < 50 || sequence % 7 != 0) continue;
    venue::ClientOrder order;
    order.id = venue::client_id(0, ++user_ref);
    order.quantity = 300;
    order.side = user_ref % 2 == 0 ? book::Side::Sell : book::Side::Buy;
    if (user_ref % 11 == 0) {
      engine.enter(order, venue::RejectReason::InvalidSymbol);  // no locate
      observe(std::as_const(engine));
      continue;
    }
    order.locate = static_cast<std::uint16_t>(1 + user_ref % 2);
    order.type = user_ref % 3 == 0 ? venue::OrderType::ImmediateOrCancel : venue::OrderType::Limit;
    const book::Touch touch = engine.touch(order.locate);
    order.price = order.type == venue::OrderType::Limit ? (order.side == book::Side::Buy ? touch.bid : touch.ask) + 100
                                                        : (order.side == book::Side::Buy ? touch.ask : touch.bid);
    engine.enter(order, venue::RejectReason::None);
    observe(std::as_const(engine));
    if (user_ref % 5 == 0) engine.cancel(venue::client_id(0, user_ref - 3), 0);
    observe(std::as_const(engine));
  }
  return {engine.records().begin(), engine.records().end()};
}
inline std::vector<journal::Record> records_of_run(const core::Plan& plan) {
  return records_of_run(plan, [](const venue::MatchingEngine&) {});
}

inline constexpr std::size_t kRecordsPerBlock = 10;  // a page holds them, and one order's records may cross into the next block

// spare_bytes: what a killed engine leaves behind the last block.
inline void write_journal(const std::string& path, const std::vector<journal::Record>& records, const std::string& run_id = "run-1",
                          std::uint32_t venue = 1, std::size_t spare_bytes = 0) {
  using namespace journal;
  constexpr std::uint64_t kRun = 77;
  std::vector<std::byte> file(kSuperblockBytes);
  const Superblock superblock = make_superblock(run_id, venue, kRun, 1 << 30, kFileAlignmentBytes, 4096);
  std::memcpy(file.data(), &superblock, sizeof superblock);
  for (std::size_t first = 0; first < records.size(); first += kRecordsPerBlock) {
    const std::size_t count = std::min(kRecordsPerBlock, records.size() - first);
    const std::size_t at = file.size();
    file.resize(at + kFileAlignmentBytes);
    for (std::size_t i = 0; i < count; ++i) {
      Record record = records[first + i];
      record.sequence = first + i + 1;
      record.venue = static_cast<std::uint8_t>(venue);
      std::memcpy(file.data() + at + kHeaderBytes + i * kRecordBytes, &record, sizeof record);
    }
    seal({file.data() + at, first / kRecordsPerBlock + 1, first + 1, static_cast<std::uint32_t>(count)},
         {kRun, venue, kFileAlignmentBytes});
  }
  file.resize(file.size() + spare_bytes);
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
}

}  // namespace hopscope::journal_tool
