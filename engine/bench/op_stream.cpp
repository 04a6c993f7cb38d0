#include "engine/bench/op_stream.h"

#include <algorithm>
#include <cmath>
#include <list>
#include <map>

namespace hopscope::bench {
namespace {

constexpr std::uint32_t kTick = 100;

// xoshiro256** seeded through splitmix64 with 42 (Blackman & Vigna, public domain).
class Xoshiro {
 public:
  explicit Xoshiro(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      std::uint64_t x = seed += 0x9e3779b97f4a7c15ull;
      x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
      x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
      word = x ^ (x >> 31);
    }
  }
  std::uint64_t next() {
    const auto rotated = [](std::uint64_t x, int bits) { return x << bits | x >> (64 - bits); };
    const std::uint64_t result = rotated(state_[1] * 5, 7) * 9, shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotated(state_[3], 45);
    return result;
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  std::uint32_t geometric(double p, std::uint32_t cap) {
    return std::min(static_cast<std::uint32_t>(std::log(1 - uniform()) / std::log(1 - p)), cap);
  }

 private:
  std::uint64_t state_[4];
};

class Generator {
 public:
  Generator(std::uint64_t count, std::uint32_t live_orders) : count_(count), target_(live_orders) { stream_.ops.reserve(count); }

  OpStream run() {
    while (stream_.ops.size() < count_) step();
    return std::move(stream_);
  }

 private:
  struct Order {
    std::uint32_t id, price, quantity;
    bool is_buy;
    std::size_t live_at;
  };
  using Level = std::list<Order>;

  void step() {
    const double fill = static_cast<double>(live_.size()) / target_, draw = random_.uniform();
    const double add_share = fill < 0.9 ? 0.80 : fill > 1.1 ? 0.30 : 0.47;
    if (random_.uniform() < 0.01) middle_ += (random_.next() & 1) != 0 ? kTick : -kTick;
    middle_ = std::clamp(middle_, 500'000u, 1'500'000u);
    if (draw < add_share || live_.size() < 4) return enter();
    const std::size_t live = live_.size();  // 70 % of the choices fall on the most recent quarter
    const std::size_t at = random_.uniform() < 0.7 ? live - 1 - random_.next() % std::max<std::size_t>(1, live / 4) : random_.next() % live;
    const Order order = *live_[at];
    remove(live_[at]);
    if ((draw - add_share) / (1 - add_share) < 0.8) {
      stream_.ops.push_back({Op::Cancel, order.id, 0, order.is_buy, order.price, 0});
    } else {
      const std::uint32_t price = passive_price(order.is_buy), quantity = draw_quantity();
      stream_.ops.push_back({Op::Replace, order.id, ++last_id_, order.is_buy, price, quantity});
      match(last_id_, order.is_buy, price, quantity, true);
    }
  }

  void enter() {
    const bool is_buy = (random_.next() & 1) != 0, aggressive = random_.uniform() < 0.15;
    const bool immediate = aggressive && random_.uniform() < 0.3;
    const std::uint32_t price = aggressive ? aggressive_price(is_buy) : passive_price(is_buy), quantity = draw_quantity();
    stream_.ops.push_back({immediate ? Op::Immediate : Op::Add, ++last_id_, 0, is_buy, price, quantity});
    match(last_id_, is_buy, price, quantity, !immediate);
  }

  std::uint32_t draw_quantity() { return (1 + random_.geometric(0.4, 50)) * 100; }
  std::uint32_t aggressive_price(bool is_buy) {
    const std::uint32_t beyond = random_.geometric(0.5, 5) * kTick;
    if (is_buy) return (asks_.empty() ? middle_ : asks_.begin()->first) + beyond;
    return (bids_.empty() ? middle_ : bids_.rbegin()->first) - beyond;
  }
  std::uint32_t passive_price(bool is_buy) {
    const std::uint32_t away = random_.geometric(0.12, 200) * kTick;
    return is_buy ? middle_ - kTick - away : middle_ + kTick + away;
  }

  void match(std::uint32_t id, bool is_buy, std::uint32_t price, std::uint32_t quantity, bool rests) {
    auto& side = is_buy ? asks_ : bids_;
    while (quantity != 0 && !side.empty()) {
      const auto best = is_buy ? side.begin() : std::prev(side.end());
      if (is_buy ? best->first > price : best->first < price) break;
      const Level::iterator maker = best->second.begin();
      const std::uint32_t traded = std::min(quantity, maker->quantity);
      stream_.trades.add(maker->id, id, best->first, traded);
      quantity -= traded;
      maker->quantity -= traded;
      if (maker->quantity == 0) remove(maker);
    }
    if (quantity == 0 || !rests) return;
    Level& level = (is_buy ? bids_ : asks_)[price];
    level.push_back({id, price, quantity, is_buy, live_.size()});
    live_.push_back(std::prev(level.end()));
  }

  void remove(Level::iterator order) {
    live_[order->live_at] = live_.back();
    live_[order->live_at]->live_at = order->live_at;
    live_.pop_back();
    auto& side = order->is_buy ? bids_ : asks_;
    const auto level = side.find(order->price);
    level->second.erase(order);
    if (level->second.empty()) side.erase(level);
  }

  std::uint64_t count_;
  std::uint32_t target_;
  std::uint32_t middle_ = 1'000'000;
  std::uint32_t last_id_ = 0;
  Xoshiro random_{42};
  std::map<std::uint32_t, Level> bids_, asks_;
  std::vector<Level::iterator> live_;
  OpStream stream_;
};

}  // namespace

OpStream make_op_stream(std::uint64_t count, std::uint32_t live_orders) { return Generator(count, live_orders).run(); }

}  // namespace hopscope::bench
