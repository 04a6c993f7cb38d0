// Digest of the order stream: every order, replacement and cancel sent, in the order of sending. No time but the feed's sequence enters it.
#pragma once

#include <cstdint>

#include "engine/core/digest.h"
#include "engine/oms/child_order.h"

namespace hopscope::oms {

class OrderDigest {
 public:
  void add_order(const Tick& tick, std::uint8_t venue, std::uint32_t user_ref, const ChildRequest& request) {
    add(tick, tick.locate, venue, user_ref, request.side, static_cast<char>(request.type), request.price, request.quantity);
  }
  void add_cancel(const Tick& tick, std::uint16_t locate, std::uint8_t venue, std::uint32_t user_ref, book::Side side) {
    add(tick, locate, venue, user_ref, side, 'X', 0, 0);
  }

  void add_replace(const Tick& tick, std::uint8_t venue, std::uint32_t old_user_ref, std::uint32_t user_ref, const ChildRequest& request) {
    add(tick, tick.locate, venue, old_user_ref, request.side, 'U', 0, 0);
    add_order(tick, venue, user_ref, request);
  }

  const core::Digest& digest() const { return digest_; }

 private:
  void add(const Tick& tick, std::uint16_t locate, std::uint8_t venue, std::uint32_t user_ref, book::Side side, char type,
           book::Price price, book::Quantity quantity) {
    digest_.add(tick.sequence);
    digest_.add(std::uint64_t{user_ref} << 32 | std::uint64_t{locate} << 16 | venue);
    digest_.add(std::uint64_t{price} << 32 | quantity);
    digest_.add(static_cast<std::uint64_t>(side) << 8 | static_cast<std::uint8_t>(type));
  }

  core::Digest digest_;
};

}  // namespace hopscope::oms
