// The market as the OMS knows it: the feed's books, one a symbol, or one a symbol and venue where each of the feed's orders rests at one
// venue only (plan key feed.liquidity).
//
// One set of books holds them all, so a message costs one look-up either way: the venue's number is part of the locate under which an
// order is entered, and what names an order later (E, C, X, D, U) finds it there. One thread; nothing is allocated after construction.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "engine/book/books.h"
#include "engine/book/home_venue.h"
#include "engine/book/itch_book.h"
#include "engine/core/plan.h"
#include "engine/feed/room.h"
#include "engine/wire/itch.h"

namespace hopscope::oms {

class MarketView {
 public:
  explicit MarketView(const core::Plan& plan)
      : shares_(plan.feed.liquidity == core::Liquidity::Split ? plan.venues : 1),
        // A file's locates may be any; those above this are then unresolved.
        max_locate_(static_cast<std::uint16_t>(std::min<unsigned>(feed::max_locate(plan.feed), 65'536 / shares_ - 1))),
        books_(static_cast<std::uint16_t>((max_locate_ + 1u) * shares_ - 1), feed::max_orders(plan.feed)) {}

  book::Applied apply(const wire::itch::Message& message) {
    if (shares_ == 1) [[likely]]
      return book::apply(books_, message);
    return apply_split(message);
  }

  // The best of all venues, with the shares that they show there.
  book::Touch touch(std::uint16_t locate) const {
    if (shares_ == 1) [[likely]]
      return books_.touch(locate);
    return consolidated(locate);
  }

  // Of one venue. Where all have the same orders, that of each.
  book::Touch touch(unsigned venue, std::uint16_t locate) const {
    return locate > max_locate_ ? book::Touch{} : books_.touch(at(venue, locate));
  }

  // visit(price, shares, orders) for each level of one venue, best first, until it returns false.
  template <class Visit>
  void each_level(unsigned venue, std::uint16_t locate, book::Side side, Visit&& visit) const {
    if (locate <= max_locate_) books_.each_level(at(venue, locate), side, visit);
  }

  std::uint16_t max_locate() const { return max_locate_; }
  bool is_split() const { return shares_ != 1; }
  const book::Books& books() const { return books_; }

 private:
  std::uint16_t at(unsigned venue, std::uint16_t locate) const {
    return shares_ == 1 ? locate : static_cast<std::uint16_t>(locate * shares_ + venue);
  }

  book::Applied apply_split(const wire::itch::Message& message) {
    namespace itch = wire::itch;
    const itch::AddOrder* add = message.as<itch::AddOrder>();
    if (const auto* with_mpid = message.as<itch::AddOrderMpid>()) add = &with_mpid->add;
    if (add == nullptr) return book::apply(books_, message);
    if (add->side != 'B' && add->side != 'S') return book::Applied::Ignored;
    const std::uint16_t locate = add->head.locate;
    if (locate > max_locate_) return book::Applied::Unresolved;
    const unsigned home = book::home_venue(add->reference, shares_);
    return book::applied(books_.add(add->reference, at(home, locate), static_cast<book::Side>(add->side), add->price, add->shares));
  }

  book::Touch consolidated(std::uint16_t locate) const {
    book::Touch best;
    for (unsigned venue = 0; venue < shares_; ++venue) {
      const book::Touch touch = this->touch(venue, locate);
      if (touch.bid > best.bid) {
        best.bid = touch.bid;
        best.bid_size = touch.bid_size;
      } else if (touch.bid == best.bid) {
        best.bid_size = sum(best.bid_size, touch.bid_size);
      }
      if (touch.ask == 0) continue;
      if (best.ask == 0 || touch.ask < best.ask) {
        best.ask = touch.ask;
        best.ask_size = touch.ask_size;
      } else if (touch.ask == best.ask) {
        best.ask_size = sum(best.ask_size, touch.ask_size);
      }
    }
    return best;
  }

  static book::Quantity sum(book::Quantity a, book::Quantity b) {
    return a > std::numeric_limits<book::Quantity>::max() - b ? std::numeric_limits<book::Quantity>::max() : a + b;
  }

  unsigned shares_;
  std::uint16_t max_locate_;
  book::Books books_;
};

}  // namespace hopscope::oms
