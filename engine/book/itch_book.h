// What an ITCH message does to the books of the feed it came from.
#pragma once

#include <cstdint>

#include "engine/book/books.h"
#include "engine/wire/itch.h"

namespace hopscope::book {

enum class Applied : std::uint8_t {
  Book,       // changed a book
  Ignored,    // concerns no resting order (system events, directory, trades against hidden interest, ...) or is malformed
  Unresolved  // names an order that does not rest, or adds one that the books refuse
};

inline Applied applied(bool done) { return done ? Applied::Book : Applied::Unresolved; }

inline Applied apply_add(Books& books, const wire::itch::AddOrder& add) {
  if (add.side != 'B' && add.side != 'S') return Applied::Ignored;
  return applied(books.add(add.reference, add.head.locate, static_cast<Side>(add.side), add.price, add.shares));
}

// ITCH 5.0 chapter 4.3 and 4.4: E and C take shares off the order (the price of a C is what was paid, not where it rested), X too, D all of
// them, U ends one order and enters another on the same side at the end of the queue.
inline Applied apply(Books& books, wire::itch::Message message) {
  namespace itch = wire::itch;
  if (message.bytes().empty()) return Applied::Ignored;
  switch (message.type()) {
    case itch::AddOrder::kType:
      if (const auto* add = message.as<itch::AddOrder>()) return apply_add(books, *add);
      break;
    case itch::AddOrderMpid::kType:
      if (const auto* add = message.as<itch::AddOrderMpid>()) return apply_add(books, add->add);
      break;
    case itch::Executed::kType:
      if (const auto* executed = message.as<itch::Executed>()) return applied(books.reduce(executed->reference, executed->shares) != 0);
      break;
    case itch::ExecutedWithPrice::kType:
      if (const auto* executed = message.as<itch::ExecutedWithPrice>())
        return applied(books.reduce(executed->reference, executed->shares) != 0);
      break;
    case itch::Cancel::kType:
      if (const auto* cancel = message.as<itch::Cancel>()) return applied(books.reduce(cancel->reference, cancel->shares) != 0);
      break;
    case itch::Delete::kType:
      if (const auto* gone = message.as<itch::Delete>()) return applied(books.remove(gone->reference));
      break;
    case itch::Replace::kType:
      if (const auto* replace = message.as<itch::Replace>())
        return applied(books.replace(replace->old_reference, replace->new_reference, replace->price, replace->shares));
      break;
    default:
      break;
  }
  return Applied::Ignored;
}

}  // namespace hopscope::book
