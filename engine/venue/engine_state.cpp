#include "engine/venue/engine_state.h"

#include <algorithm>
#include <utility>

#include "engine/venue/byte_sequence.h"

namespace hopscope::venue {
namespace {

using book::OrderId;
using book::Quantity;
using book::Side;
using wire::itch::Symbol;

// What follows an order.
constexpr std::uint8_t kHasExtras = 1, kIsOpen = 2;

void put(ByteWriter& writer, const Symbol& symbol) { writer.put_bytes(std::as_bytes(std::span(symbol))); }
Symbol get_symbol(ByteReader& reader) {
  Symbol symbol{};
  reader.get_bytes(std::as_writable_bytes(std::span(symbol)));
  return symbol;
}

void put(ByteWriter& writer, const matching::BookState& state) {
  for (const std::uint32_t number : {state.tick, state.lowest, state.last_tick, state.buy_reach, state.sell_reach, state.reference_tick})
    writer.put(number);
  writer.put(state.now_ns);
}

matching::BookState get_book(ByteReader& reader, matching::Phase phase) {
  matching::BookState state;
  for (std::uint32_t* number : {&state.tick, &state.lowest, &state.last_tick, &state.buy_reach, &state.sell_reach, &state.reference_tick})
    *number = reader.get<std::uint32_t>();
  state.now_ns = reader.get<std::uint64_t>();
  state.phase = phase;
  return state;
}

constexpr unsigned kLadderShift = 30;  // a key has 18 bits at most (kMaxPriceLevels)

void put(ByteWriter& writer, const matching::RestingState& order, const OpenOrder* open) {
  writer.put(order.id);
  writer.put(order.quantity);
  writer.put(std::uint32_t{order.ladder} << kLadderShift | order.key);
  writer.put(order.owner);
  writer.put(order.terms);
  writer.put(static_cast<std::uint8_t>((order.has_extras() ? kHasExtras : 0) | (open != nullptr ? kIsOpen : 0)));
  if (order.has_extras()) {
    writer.put(order.expires_ns);
    for (const std::uint32_t number : {order.hidden, order.display, order.minimum, order.price}) writer.put(number);
    writer.put(order.traits);
  }
  if (open == nullptr) return;
  for (const std::uint32_t number : {open->executed, open->open, open->price}) writer.put(number);
  writer.put(open->type);
}

matching::RestingState get_resting(ByteReader& reader, std::uint8_t& follows) {
  matching::RestingState order;
  order.id = reader.get<OrderId>();
  order.quantity = reader.get<Quantity>();
  const auto ladder_and_key = reader.get<std::uint32_t>();
  order.ladder = static_cast<std::uint8_t>(ladder_and_key >> kLadderShift);
  order.key = ladder_and_key & ((1u << kLadderShift) - 1);
  order.owner = reader.get<matching::Owner>();
  order.terms = reader.get<std::uint8_t>();
  follows = reader.get<std::uint8_t>();
  if ((follows & kHasExtras) == 0) return order;
  order.expires_ns = reader.get<std::uint64_t>();
  for (std::uint32_t* number : {&order.hidden, &order.display, &order.minimum, &order.price}) *number = reader.get<std::uint32_t>();
  order.traits = reader.get<std::uint16_t>();
  return order;
}

}  // namespace

void EngineState::save_venue(const MatchingEngine& engine, std::vector<std::byte>& to) {
  ByteWriter writer(to);
  for (const std::uint64_t number :
       {engine.market_ns_, engine.feed_sequence_, engine.match_, engine.clamped_, engine.unresolved_, engine.outside_, engine.bookless_})
    writer.put(number);
  writer.put(engine.books_.opened());
  writer.put(static_cast<std::uint32_t>(engine.closed_));

  std::vector<std::pair<std::uint16_t, Symbol>> symbols;  // sorted: the index has them as they came
  engine.symbols_.each([&](const Symbol& symbol, std::uint16_t locate) { symbols.emplace_back(locate, symbol); });
  std::sort(symbols.begin(), symbols.end());
  writer.put(static_cast<std::uint32_t>(symbols.size()));
  for (const auto& [locate, symbol] : symbols) {
    put(writer, symbol);
    writer.put(locate);
  }

  std::uint32_t taken = 0;
  engine.taken_.each([&](OrderId, Side) { ++taken; });
  writer.put(taken);
  engine.taken_.each([&](OrderId id, Side side) {
    writer.put(id);
    writer.put(side);
  });
}

bool EngineState::restore_venue(std::span<const std::byte> chunk, MatchingEngine& engine) {
  ByteReader reader(chunk);
  for (std::uint64_t* number : {&engine.market_ns_, &engine.feed_sequence_, &engine.match_, &engine.clamped_, &engine.unresolved_,
                                &engine.outside_, &engine.bookless_})
    *number = reader.get<std::uint64_t>();
  if (!engine.books_.restore_opened(reader.get<std::uint32_t>())) return false;
  engine.closed_ = reader.get<std::uint32_t>() != 0;
  for (auto left = reader.get<std::uint32_t>(); left != 0 && reader.sound(); --left) {
    const Symbol symbol = get_symbol(reader);
    engine.symbols_.learn(symbol, reader.get<std::uint16_t>());
  }
  for (auto left = reader.get<std::uint32_t>(); left != 0 && reader.sound(); --left) {
    const auto id = reader.get<OrderId>();
    engine.taken_.put(id, reader.get<Side>());
  }
  return reader.over();
}

void EngineState::save_symbol(const MatchingEngine& engine, std::uint16_t locate, std::vector<std::byte>& to) {
  const Symbol& name = engine.symbols_.name(locate);
  const auto place = engine.books_.place(locate);
  if (name == Symbol{} && place.book == 0 && place.phase == matching::Phase::Continuous) return;
  ByteWriter writer(to);
  put(writer, name);
  const auto* book = engine.books_.find(locate);
  writer.put(place.book);
  writer.put(place.outside);
  writer.put(place.phase);
  writer.put(book == nullptr ? matching::Phase::Closed : book->phase());
  writer.put(std::uint16_t{0});
  if (book == nullptr) return;
  put(writer, book->state());
  writer.put(book->orders());
  book->each_resting(
      [&](const matching::RestingState& order) { put(writer, order, is_client(order.id) ? engine.open_.find(order.id) : nullptr); });
}

bool EngineState::restore_symbol(std::span<const std::byte> chunk, std::uint16_t locate, MatchingEngine& engine) {
  if (locate > engine.books_.max_locate()) return false;
  ByteReader reader(chunk);
  engine.symbols_.rename(locate, get_symbol(reader));
  MatchingEngine::Books::Place place;
  place.book = reader.get<std::uint32_t>();
  place.outside = reader.get<std::uint32_t>();
  place.phase = reader.get<matching::Phase>();
  const auto phase = reader.get<matching::Phase>();
  reader.get<std::uint16_t>();
  if (!reader.sound() || !engine.books_.restore(locate, place)) return false;
  if (place.book == 0) return reader.over();
  auto& book = *engine.books_.find(locate);
  const std::uint32_t number = place.book - 1;
  if (!book.restore(get_book(reader, phase))) return false;
  for (auto left = reader.get<std::uint32_t>(); left != 0; --left) {
    std::uint8_t follows = 0;
    const matching::RestingState order = get_resting(reader, follows);
    if (!reader.sound() || ((follows & kHasExtras) != 0) != order.has_extras() || !book.restore_order(order)) return false;
    if ((follows & kIsOpen) == 0) continue;
    OpenOrder open;
    open.id = order.id;
    for (std::uint32_t* field : {&open.executed, &open.open, &open.price}) *field = reader.get<std::uint32_t>();
    open.type = reader.get<OrderType>();
    open.book = number;
    open.locate = locate;
    open.side = order.ladder % 2 == 0 ? Side::Buy : Side::Sell;
    if (!is_client(order.id) || engine.open_.full() || engine.open_.find(order.id) != nullptr) return false;
    engine.open_.insert(open);
    ++engine.clients_[number];
  }
  return reader.over();
}

}  // namespace hopscope::venue
