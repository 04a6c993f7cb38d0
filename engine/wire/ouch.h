// Nasdaq OUCH 5.0 order entry: messages as packed structs laid over the bytes, as in itch.h.
//
// Big-endian; prices u64 with 4 decimals; times are nanoseconds since midnight (market time here). The structs stand in ouch_inbound.h
// (client to venue) and ouch_outbound.h, letters and numbers in ouch_codes.h, the elements that may follow a message in ouch_appendage.h,
// lengths in ouch_lengths.h, encoders in ouch_encode.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/wire/bytes.h"
#include "engine/wire/ouch_appendage.h"
#include "engine/wire/ouch_codes.h"
#include "engine/wire/ouch_inbound.h"
#include "engine/wire/ouch_lengths.h"
#include "engine/wire/ouch_outbound.h"

namespace hopscope::wire::ouch {

class Message {
 public:
  constexpr Message() = default;
  explicit constexpr Message(Bytes bytes) : bytes_(bytes) {}

  Bytes bytes() const { return bytes_; }
  char type() const { return bytes_.empty() ? '\0' : static_cast<char>(bytes_[0]); }

  // Known type, exact length, appendage included. Its elements may still be malformed: Appendage tells.
  bool well_formed(Direction direction) const { return appendage_at(bytes_, length_of(direction, type())) != 0; }

  // Null when the bytes are no T: other type, too short, or an appendage that does not end with the message.
  template <class T>
  const T* as() const {
    if (type() != T::kType || appendage_at(bytes_, kLength<T>) == 0) return nullptr;
    return reinterpret_cast<const T*>(bytes_.data());
  }

  // Elements behind the fixed part of a T; empty where there are none.
  template <class T>
  Bytes appendage() const {
    return as<T>() ? bytes_.subspan(appendage_at(bytes_, kLength<T>)) : Bytes{};
  }

  // Of an AiqCancelled in its later revision; 0 where there is none.
  char aiq_strategy() const {
    return as<AiqCancelled>() && bytes_.size() > sizeof(AiqCancelled) ? static_cast<char>(bytes_[sizeof(AiqCancelled)]) : '\0';
  }

 private:
  template <class T>
  static constexpr FixedLength kLength = length_of(T::kDirection, T::kType);

  Bytes bytes_;
};

}  // namespace hopscope::wire::ouch
