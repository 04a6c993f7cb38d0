// Digest of everything that rests in the books: equal books, equal digests, however their messages came.
#pragma once

#include "engine/book/books.h"
#include "engine/core/digest.h"

namespace hopscope::book {

// Every symbol, side and order in priority: id, price, quantity. Walks all books: for when a run is over.
inline core::Digest books_digest(const Books& books) {
  core::Digest digest;
  for (std::uint32_t locate = 0; locate <= books.max_locate(); ++locate) {
    for (const Side side : {Side::Buy, Side::Sell}) {
      digest.add(std::uint64_t{locate} << 8 | static_cast<std::uint64_t>(side));
      books.each_order(static_cast<std::uint16_t>(locate), side, [&](const Order& order) {
        digest.add(order.id);
        digest.add(std::uint64_t{order.price} << 32 | order.quantity);
        return true;
      });
    }
  }
  return digest;
}

}  // namespace hopscope::book
