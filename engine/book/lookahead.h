// Reads ahead in a burst, and has the memory fetched that the messages to come will touch.
//
// Over a thousand symbols the orders are far beyond the caches: a message finds its bucket, then its entry, then the entry's neighbours,
// each a cache miss that depends on the one before. Misses of different messages do not depend on each other. So the bucket of a message is
// asked for some three strides ahead of it, its entry two, the neighbours one. It needs a burst to look into: a packet that comes alone,
// with one message, is handled as if there were no lookahead. Books that fit into a cache would pay for nothing, so they are left alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/book/books.h"
#include "engine/wire/itch.h"
#include "engine/wire/moldudp64.h"

namespace hopscope::book {

class Lookahead {
 public:
  // A message takes some 50 ns, a miss some 160.
  static constexpr unsigned kStride = 5;
  // Resting orders that stay in a second-level cache of 1 MiB, with their buckets and levels.
  static constexpr std::uint32_t kCachedOrders = 8'192;

  explicit Lookahead(const Books& books) : books_(books) { trails_.fill(books.trail_of_order(0)); }

  // A new burst. Its packets must stay where they are until it has been handled.
  void begin(std::span<const wire::Bytes> burst) {
    const bool alone = burst.empty() || (burst.size() == 1 && wire::MoldReader(burst[0]).messages() < 2);
    burst_ = alone || books_.orders() <= kCachedOrders ? std::span<const wire::Bytes>{} : burst;
    if (burst_.empty()) return;
    packet_ = 0;
    reader_ = wire::MoldReader({});
    for (unsigned i = 0; i < 3 * kStride; ++i) look();
  }

  // To be called before each message is handled.
  void step() {
    if (!burst_.empty()) look();
  }

 private:
  static constexpr std::size_t kTrails = 16;  // a power of two
  static_assert(std::size_t{2} * kStride < kTrails);

  // Where a message's price stands, for those that look for its level; the rest look for an order.
  static constexpr std::uint8_t kNothing = 0xff, kOrder = 0;
  static constexpr std::array<std::uint8_t, 256> kPriceAt = [] {
    std::array<std::uint8_t, 256> at{};
    at.fill(kNothing);
    for (const char type : {'E', 'C', 'X', 'D'}) at[static_cast<unsigned char>(type)] = kOrder;
    at['A'] = at['F'] = offsetof(wire::itch::AddOrder, price);
    at['U'] = offsetof(wire::itch::Replace, price);
    return at;
  }();

  void look() {
    wire::Bytes message;
    while (!reader_.next(message)) {
      if (packet_ == burst_.size()) return follow(books_.trail_of_order(0));
      reader_ = wire::MoldReader(burst_[packet_++]);
    }
    look(wire::itch::Message(message));
  }

  void look(wire::itch::Message message) {
    if (!message.well_formed()) return;
    const std::uint8_t price_at = kPriceAt[static_cast<unsigned char>(message.type())];
    if (price_at == kNothing) return;
    const std::byte* bytes = message.bytes().data();
    const Books::Trail trails[] = {books_.trail_of_order(wire::load_be64(bytes + offsetof(wire::itch::Delete, reference))),
                                   books_.trail_of_level(message.locate(), wire::load_be32(bytes + price_at))};
    if (message.type() == wire::itch::Replace::kType) follow(trails[0]);
    follow(trails[price_at != kOrder]);
  }

  void follow(const Books::Trail& trail) {
    trails_[at_ % kTrails] = trail;
    Books::fetch_bucket(trail);
    Books::fetch_entry(trails_[(at_ - kStride) % kTrails]);
    books_.fetch_neighbours(trails_[(at_ - 2 * kStride) % kTrails]);
    ++at_;
  }

  const Books& books_;
  std::span<const wire::Bytes> burst_;
  wire::MoldReader reader_{{}};
  std::size_t packet_ = 0;
  unsigned at_ = 0;
  std::array<Books::Trail, kTrails> trails_;
};

}  // namespace hopscope::book
