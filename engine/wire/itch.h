// Nasdaq TotalView-ITCH 5.0: messages as packed structs laid over the bytes, no copies.
//
// Message::as<T>() checks type and length, so a view never reads outside its message. The structs stand in itch_orders.h (the life of an
// order, trades) and itch_market.h (everything else); itch_visit.h hands each message to a visitor as the struct that it is, and counts
// what has none; encoders stand in itch_encode.h and, for what the simulator does not send, in itch_encode_market.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/wire/bytes.h"
#include "engine/wire/itch_market.h"
#include "engine/wire/itch_orders.h"
#include "engine/wire/itch_types.h"

namespace hopscope::wire::itch {

class Message {
 public:
  constexpr Message() = default;
  explicit constexpr Message(Bytes bytes) : bytes_(bytes) {}

  Bytes bytes() const { return bytes_; }

  // Has a head, and where the type is known, exactly its length. The accessors below need it.
  bool well_formed() const {
    if (bytes_.size() < sizeof(Head)) return false;
    const std::size_t length_bytes = length_of(type());
    return length_bytes == 0 || length_bytes == bytes_.size();
  }

  char type() const { return static_cast<char>(bytes_[0]); }
  std::uint16_t locate() const { return head().locate; }
  std::uint16_t tracking() const { return head().tracking; }
  std::uint64_t timestamp_ns() const { return head().timestamp_ns; }

  // Null when the bytes are no T: other type or other length.
  template <class T>
  const T* as() const {
    if (bytes_.size() != sizeof(T) || type() != T::kType) return nullptr;
    return reinterpret_cast<const T*>(bytes_.data());
  }

 private:
  const Head& head() const { return *reinterpret_cast<const Head*>(bytes_.data()); }

  Bytes bytes_;
};

}  // namespace hopscope::wire::itch
