// Order messages on their modelled way from the venue's door to its matching engine: a queue in market time with room for a fixed number.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bpf/records.h"
#include "engine/wire/bytes.h"

namespace hopscope::venue {

class WaitingMessages {
 public:
  // The longest order message with every tag that the venue knows is shorter.
  static constexpr std::size_t kMessageBytes = 320;

  struct Entry {
    std::uint64_t due_ns = 0;       // market time
    hs_capsule* capsule = nullptr;  // of the order, and whose it was on arrival
    std::uint64_t trace_id = 0;
    std::size_t length_bytes = 0;
    std::array<std::byte, kMessageBytes> bytes{};
    wire::Bytes message() const { return wire::Bytes(bytes).first(length_bytes); }
  };

  explicit WaitingMessages(std::size_t room) : entries_(room) {}

  bool empty() const { return count_ == 0; }
  bool full() const { return count_ == entries_.size(); }

  // There must be room, and the message must fit.
  void push(std::uint64_t due_ns, wire::Bytes message, hs_capsule* capsule) {
    Entry& entry = entries_[(first_ + count_++) % entries_.size()];
    entry.due_ns = due_ns;
    entry.capsule = capsule;
    entry.trace_id = capsule == nullptr ? 0 : capsule->trace_id;
    entry.length_bytes = message.size();
    std::copy(message.begin(), message.end(), entry.bytes.begin());
  }

  // The next one, which stays valid until the next push().
  const Entry& front() const { return entries_[first_]; }
  void pop() {
    first_ = (first_ + 1) % entries_.size();
    --count_;
  }

 private:
  std::vector<Entry> entries_;
  std::size_t first_ = 0, count_ = 0;
};

}  // namespace hopscope::venue
