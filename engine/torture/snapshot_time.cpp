#include "engine/torture/snapshot_time.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <vector>

#include "engine/feed/market_source.h"
#include "engine/feed/room.h"
#include "engine/net/port.h"
#include "engine/recovery/snapshot_file.h"
#include "engine/recovery/snapshot_writer.h"
#include "engine/torture/venue_run.h"
#include "engine/venue/engine_state.h"
#include "engine/venue/room.h"
#include "engine/wire/itch_encode.h"

namespace hopscope::torture {
namespace {

using venue::EngineState;
using venue::MatchingEngine;
namespace itch = wire::itch;

constexpr std::uint64_t kOrdersASymbol = 1'000;
constexpr book::Price kMid = 1'000'000;
constexpr std::uint32_t kTicks = 250;  // on either side, as far as a simulated symbol reaches
constexpr std::uint64_t kSkipped = 1'000'000;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::unique_ptr<MatchingEngine> make_engine(const core::Plan& plan) {
  return std::make_unique<MatchingEngine>(feed::max_locate(plan.feed), venue::max_orders(plan.feed));
}

// Prices and symbols in turn, so that neighbours in a queue are no neighbours in memory.
void fill(MatchingEngine& engine, std::uint64_t orders, std::uint64_t client_orders, std::uint64_t symbols) {
  std::array<std::byte, 64> message;
  for (std::uint64_t n = 1; n <= orders; ++n) {
    const auto locate = static_cast<std::uint16_t>(1 + n % symbols);
    const bool buys = n / symbols % 2 == 0;
    const auto away = static_cast<book::Price>(100 * (1 + n * 7 / symbols % kTicks));
    const book::Price price = buys ? kMid - away : kMid + away;
    if (n <= client_orders) {
      engine.enter({venue::client_id(0, static_cast<std::uint32_t>(n)), locate, buys ? book::Side::Buy : book::Side::Sell,
                    venue::OrderType::Limit, price, 100},
                   venue::RejectReason::None);
    } else {
      const std::size_t bytes = itch::encode_add(message, {locate, n}, n, buys ? 'B' : 'S', 100, itch::symbol("S"), price);
      engine.apply(n, itch::Message(std::span(message).first(bytes)));
    }
    engine.clear();
  }
}

std::vector<std::byte> state_of(const MatchingEngine& engine) {
  std::vector<std::byte> state;
  EngineState::save_venue(engine, state);
  for (std::uint32_t locate = 0; locate <= EngineState::max_locate(engine); ++locate)
    EngineState::save_symbol(engine, static_cast<std::uint16_t>(locate), state);
  return state;
}

// What was written must come from the device, not from memory.
void drop_from_page_cache(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  close(fd);
}

double measure_skip(const core::Plan& plan) {
  feed::MarketSource source;
  source.open(plan.feed, plan.seed);  // the simulated flow cannot fail
  std::array<std::byte, net::kMaxPayloadBytes> message;
  std::uint64_t market_ns = 0;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t n = 0; n < kSkipped; ++n) source.next(message, market_ns);
  return seconds_since(start) * 1e9 / kSkipped;
}

}  // namespace

std::string measure_snapshot(std::uint64_t orders, const std::string& directory, SnapshotTime& measured) {
  core::Plan plan = plan_of(1, 0);
  measured.symbols = (orders + kOrdersASymbol - 1) / kOrdersASymbol;
  plan.feed.symbols = static_cast<std::uint32_t>(measured.symbols);
  measured.client_orders = std::min<std::uint64_t>(orders, venue::kClientOrders);
  const auto engine = make_engine(plan);
  fill(*engine, orders, measured.client_orders, measured.symbols);
  measured.orders = engine->orders();

  recovery::SnapshotWriter writer;
  recovery::SnapshotHeader at;
  at.record = 1;
  const auto taking = std::chrono::steady_clock::now();
  if (std::string error = writer.write(directory, at, recovery::VenueState(*engine)); !error.empty()) return error;
  measured.take_seconds = seconds_since(taking);

  const std::string path = recovery::snapshot_path(directory, 0, 1);
  drop_from_page_cache(path);
  const auto checking = std::chrono::steady_clock::now();
  const recovery::SnapshotFile file(path);
  measured.check_seconds = seconds_since(checking);
  if (!file.error().empty()) return "snapshot " + path + ": " + file.error();
  measured.bytes = file.header().size_bytes;

  const auto restored = make_engine(plan);
  const auto restoring = std::chrono::steady_clock::now();
  recovery::RestoredVenue target(*restored);
  if (!file.restore(target)) return "snapshot " + path + " cannot be restored";
  measured.restore_seconds = seconds_since(restoring);
  if (state_of(*restored) != state_of(*engine)) return "what was restored is not what the snapshot was taken of";
  if (measured.orders < orders) return "only " + std::to_string(measured.orders) + " orders rest: give fewer";
  measured.skip_ns = measure_skip(plan);
  return {};
}

}  // namespace hopscope::torture
