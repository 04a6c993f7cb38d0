// The last messages of a session, kept for receivers that lost them: one ring of bytes, and where in it each message lies.
//
// All memory is there from the start. Messages lie one behind the other, so what a message costs is one copy into the next cache line. How
// many are kept is bounded twice: by number, and by kBytesEach times that many bytes (ITCH messages have 12 to 50; what is longer makes the
// history shorter). One thread.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "engine/book/prefaulted_array.h"
#include "engine/wire/bytes.h"

namespace hopscope::feed {

class History {
 public:
  static constexpr std::size_t kBytesEach = 64;

  // messages: rounded up to a power of two.
  explicit History(std::uint32_t messages)
      : places_(std::bit_ceil(messages)), bytes_(places_.size() * kBytesEach + kLongestBytes), ring_bytes_(places_.size() * kBytesEach) {}

  // The message with the next sequence number, from 1. At most kLongestBytes; kBytesEach bytes from its start must be readable, because
  // nearly all messages are shorter, and a copy of known length is a few instructions.
  void add(wire::Bytes message) {
    std::byte* to = &bytes_[written_ & (ring_bytes_ - 1)];
    if (message.size() <= kBytesEach) [[likely]] {
      std::memcpy(to, message.data(), kBytesEach);
    } else {
      std::memcpy(to, message.data(), message.size());
    }
    __builtin_prefetch(to + 2 * kBytesEach, 1);
    places_[++newest_ & (places_.size() - 1)] = {written_, static_cast<std::uint32_t>(message.size())};
    written_ += message.size();
  }

  std::uint64_t newest() const { return newest_; }

  // Empty: it is not there any more, or not yet.
  wire::Bytes find(std::uint64_t sequence) const {
    if (sequence == 0 || sequence > newest_ || newest_ - sequence >= places_.size()) return {};
    const Place& place = places_[sequence & (places_.size() - 1)];
    if (written_ - place.at > ring_bytes_ - kBytesEach) return {};  // the newest may have been copied over its beginning
    return {&bytes_[place.at & (ring_bytes_ - 1)], place.bytes};
  }

 private:
  static constexpr std::size_t kLongestBytes = 1'400;  // a payload: room behind the ring's end, so that no message is cut in two

  struct Place {
    std::uint64_t at;  // bytes written before it, all in all
    std::uint32_t bytes;
  };

  book::PrefaultedArray<Place> places_;
  book::PrefaultedArray<std::byte> bytes_;
  std::uint64_t ring_bytes_;  // a power of two
  std::uint64_t newest_ = 0;
  std::uint64_t written_ = 0;
};

}  // namespace hopscope::feed
