#include "engine/feed/order_flow.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/wire/itch_encode.h"

namespace hopscope::feed {
namespace {

namespace itch = wire::itch;

constexpr unsigned kMeanTick = SyntheticBook::kTicks / 2;
constexpr unsigned kMaxDepthTicks = 100;
constexpr unsigned kMaxValueTicks = 128;  // from the mean: eight standard deviations of the walk below
static_assert(kMeanTick > kMaxDepthTicks + kMaxValueTicks + 1, "every price must lie on the ladder");

constexpr std::uint32_t kRoundLot = 100;

enum Kind : std::size_t { kAdd, kDelete, kReplace, kExecute, kReduce, kTrade, kKinds };

// Shares of 1,024 draws, in the order of Kind. While a book is above or below its size, adds and deletes swap weight.
using Mix = std::array<std::uint32_t, kKinds>;
constexpr Mix kFilling = {922, 20, 41, 20, 11, 10};
constexpr Mix kBelow = {529, 325, 93, 51, 16, 10};
constexpr Mix kSteady = {442, 412, 93, 51, 16, 10};
constexpr Mix kAbove = {355, 499, 93, 51, 16, 10};

// A table rather than a search: one unpredictable branch a message less.
using KindTable = std::array<std::uint8_t, 1024>;
constexpr KindTable table_of(const Mix& mix) {
  KindTable table{};
  std::size_t at = 0;
  for (std::size_t kind = 0; kind < kKinds; ++kind)
    for (std::uint32_t i = 0; i < mix[kind]; ++i) table.at(at++) = static_cast<std::uint8_t>(kind);
  return at == table.size() ? table : throw "the shares of a mix must add up";
}
constexpr std::array<KindTable, 4> kKindTables = {table_of(kFilling), table_of(kBelow), table_of(kSteady), table_of(kAbove)};

Kind choose_kind(unsigned live, unsigned bits10) {
  constexpr unsigned kTarget = OrderFlow::kRestingOrders;
  const std::size_t mix = std::size_t{live >= kTarget / 2} + std::size_t{live >= kTarget - 10} + std::size_t{live > kTarget + 10};
  return static_cast<Kind>(kKindTables[mix][bits10]);
}

// Quantile table of a geometric distribution that starts at `first` and is cut at `last`.
template <std::size_t N>
std::array<std::uint8_t, N> geometric_quantiles(double p, unsigned first, unsigned last) {
  std::array<std::uint8_t, N> table{};
  for (std::size_t i = 0; i < N; ++i) {
    const double u = (static_cast<double>(i) + 0.5) / N;
    const auto k = static_cast<unsigned>(std::log1p(-u) / std::log1p(-p));
    table[i] = static_cast<std::uint8_t>(std::min(first + k, last));
  }
  return table;
}

std::vector<double> zipf(std::uint32_t symbols) {
  std::vector<double> weights;
  for (std::uint32_t rank = 1; rank <= symbols; ++rank) weights.push_back(1.0 / rank);
  return weights;
}

std::uint32_t price_of(unsigned tick) { return OrderFlow::kMeanPrice + OrderFlow::kTick * tick - OrderFlow::kTick * kMeanTick; }

// Fields cut from one 64-bit draw; no two fields of one message overlap.
unsigned depth_bits(std::uint64_t bits) { return bits & 1023; }
unsigned size_bits(std::uint64_t bits) { return bits >> 10 & 255; }
unsigned choice_bits(std::uint64_t bits) { return bits >> 18 & 0xffff; }
bool side_bit(std::uint64_t bits) { return bits >> 34 & 1; }
bool coin_bit(std::uint64_t bits) { return bits >> 35 & 1; }
unsigned walk_bits(std::uint64_t bits) { return static_cast<unsigned>(bits >> 48); }

}  // namespace

OrderFlow::OrderFlow(std::uint64_t seed, std::uint32_t symbols, double mean_gap_ns, core::Arrivals arrivals)
    : random_(seed, core::Stream::FeedFlow),
      arrival_random_(seed, core::Stream::FeedArrivals),
      arrivals_(arrivals),
      mean_gap_ns_(mean_gap_ns),
      activity_(zipf(symbols)),
      depth_ticks_(geometric_quantiles<1024>(0.06, 0, kMaxDepthTicks)),
      round_lots_(geometric_quantiles<256>(0.4, 1, 50)),
      symbols_(symbols) {
  for (std::uint32_t i = 0; i < symbols; ++i) {
    const std::string number = std::to_string(i + 1);
    symbols_[i].name = itch::symbol("HS" + std::string(5 - number.size(), '0') + number);
    symbols_[i].locate = static_cast<std::uint16_t>(i + 1);
    symbols_[i].value = kMeanTick;
  }
}

std::size_t OrderFlow::next(std::span<std::byte> out, std::uint64_t& market_ns) {
  market_ns = advance_market_time();
  if (messages_ <= preamble_messages()) [[unlikely]]
    return preamble(out, market_ns);

  const std::uint64_t pick = random_.next();
  const std::uint64_t bits = random_.next();
  Symbol& symbol = symbols_[activity_.draw(static_cast<std::uint32_t>(pick >> 32))];

  // The value takes a step every 128th message of its symbol, towards the mean with a probability that grows with the distance:
  // a discrete Ornstein-Uhlenbeck walk with a standard deviation of 16 ticks.
  if ((pick >> 16 & 127) == 0) {
    const int from_mean = symbol.value - static_cast<int>(kMeanTick);
    const bool up = static_cast<int>(walk_bits(bits)) < 32'768 - 64 * from_mean;
    symbol.value = static_cast<std::uint16_t>(static_cast<int>(kMeanTick) +
                                              std::clamp(from_mean + (up ? 1 : -1), -int{kMaxValueTicks}, int{kMaxValueTicks}));
  }

  if (symbol.book.live() < 2) return add(out, market_ns, symbol, bits);
  switch (choose_kind(symbol.book.live(), pick & 1023)) {
    case kAdd:
      return symbol.book.full() ? remove(out, market_ns, symbol, bits) : add(out, market_ns, symbol, bits);
    case kDelete:
      return remove(out, market_ns, symbol, bits);
    case kReplace:
      return replace(out, market_ns, symbol, bits);
    case kExecute:
      return execute(out, market_ns, symbol, bits);
    case kReduce:
      return reduce(out, market_ns, symbol, bits);
    default:
      return trade(out, market_ns, symbol, bits);
  }
}

// The first message is due at once, the others one gap after their predecessor.
std::uint64_t OrderFlow::advance_market_time() {
  if (arrivals_ == core::Arrivals::Constant) {
    elapsed_ns_ = static_cast<double>(messages_) * mean_gap_ns_;  // a product: no error adds up
  } else if (messages_ > 0) {
    elapsed_ns_ += arrival_random_.exponential(mean_gap_ns_);
  }
  ++messages_;
  return kOpenNs + static_cast<std::uint64_t>(elapsed_ns_);
}

std::size_t OrderFlow::preamble(std::span<std::byte> out, std::uint64_t market_ns) {
  if (messages_ == 1) return itch::encode_system_event(out, {.locate = 0, .timestamp_ns = market_ns}, 'O');
  const Symbol& symbol = symbols_[messages_ - 2];
  return itch::encode_stock_directory(out, {symbol.locate, market_ns}, symbol.name);
}

// Behind the value by the drawn depth, and never where it would trade.
unsigned OrderFlow::choose_tick(const Symbol& symbol, bool buy, std::uint64_t bits) const {
  const int behind = 1 + depth_ticks_[depth_bits(bits)];
  const int tick =
      buy ? std::min(symbol.value - behind, symbol.book.best_ask() - 1) : std::max(symbol.value + behind, symbol.book.best_bid() + 1);
  return static_cast<unsigned>(tick);
}

std::uint32_t OrderFlow::choose_shares(std::uint64_t bits) const { return kRoundLot * round_lots_[size_bits(bits)]; }

std::size_t OrderFlow::add(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits) {
  const bool buy = side_bit(bits);
  const unsigned tick = choose_tick(symbol, buy, bits);
  const std::uint32_t shares = choose_shares(bits);
  symbol.book.add(++last_reference_, buy, tick, shares);
  return itch::encode_add(out, {symbol.locate, market_ns}, last_reference_, buy ? 'B' : 'S', shares, symbol.name, price_of(tick));
}

// Half of the deletions take an order that the value has run over, if there is one: its owner fears to be picked off.
std::size_t OrderFlow::remove(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits) {
  SyntheticBook& book = symbol.book;
  SyntheticBook::Index index = book.nth((choice_bits(bits) * book.live()) >> 16);
  if (coin_bit(bits)) {
    if (book.best_bid() >= symbol.value) {
      index = book.oldest(book.best_bid());
    } else if (book.best_ask() <= symbol.value) {
      index = book.oldest(book.best_ask());
    }
  }
  const std::uint64_t reference = book[index].reference;
  book.remove(index);
  return itch::encode_delete(out, {symbol.locate, market_ns}, reference);
}

std::size_t OrderFlow::replace(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits) {
  SyntheticBook& book = symbol.book;
  const SyntheticBook::Index index = book.nth((choice_bits(bits) * book.live()) >> 16);
  const std::uint64_t old_reference = book[index].reference;
  const bool buy = book[index].buy;
  book.remove(index);
  const unsigned tick = choose_tick(symbol, buy, bits);
  const std::uint32_t shares = choose_shares(bits);
  book.add(++last_reference_, buy, tick, shares);
  return itch::encode_replace(out, {symbol.locate, market_ns}, old_reference, last_reference_, shares, price_of(tick));
}

// Someone takes liquidity: from the side that the value has run over, else from either. Half of the orders hit are used up.
std::size_t OrderFlow::execute(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits) {
  SyntheticBook& book = symbol.book;
  const int bid = book.best_bid(), ask = book.best_ask();
  if (bid < 0 || ask == SyntheticBook::kTicks)
    return book.full() ? remove(out, market_ns, symbol, bits) : add(out, market_ns, symbol, bits);
  const bool hit_bid = bid >= symbol.value || (ask > symbol.value && side_bit(bits));
  const SyntheticBook::Index index = book.oldest(hit_bid ? bid : ask);
  SyntheticBook::Order& order = book[index];
  const std::uint64_t reference = order.reference;
  std::uint32_t shares = order.shares;
  if (coin_bit(bits) && shares > kRoundLot) {
    const std::uint32_t lots = shares / kRoundLot;
    shares = kRoundLot * (1 + ((choice_bits(bits) * (lots - 1)) >> 16));
    order.shares -= shares;
  } else {
    book.remove(index);
  }
  return itch::encode_executed(out, {symbol.locate, market_ns}, reference, shares, ++last_match_);
}

std::size_t OrderFlow::reduce(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits) {
  SyntheticBook& book = symbol.book;
  SyntheticBook::Order& order = book[book.nth((choice_bits(bits) * book.live()) >> 16)];
  if (order.shares <= kRoundLot) return remove(out, market_ns, symbol, bits);
  order.shares -= kRoundLot;
  return itch::encode_cancel(out, {symbol.locate, market_ns}, order.reference, kRoundLot);
}

// Against hidden interest at the touch: prints, but changes no visible order.
std::size_t OrderFlow::trade(std::span<std::byte> out, std::uint64_t market_ns, Symbol& symbol, std::uint64_t bits) {
  const int tick = side_bit(bits) ? symbol.book.best_bid() : symbol.book.best_ask();
  if (tick < 0 || tick == SyntheticBook::kTicks) return remove(out, market_ns, symbol, bits);
  return itch::encode_trade(out, {symbol.locate, market_ns}, choose_shares(bits), symbol.name, price_of(static_cast<unsigned>(tick)),
                            ++last_match_);
}

}  // namespace hopscope::feed
