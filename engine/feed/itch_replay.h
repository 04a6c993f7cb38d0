// A recorded market: an ITCH 5.0 BinaryFILE, message by message.
//
// open() reads the whole file first: a fault is found before the run and not in it, and the pages are in memory when they are needed.
// From before `from_ns` only the stock directory is replayed: orders that rest by then are unknown to the books, so what refers to them is
// counted as unresolved. The replay ends in front of the first message at or after `to_ns`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/core/plan.h"
#include "engine/feed/mapped_file.h"
#include "engine/wire/binary_file.h"

namespace hopscope::feed {

class ItchReplay {
 public:
  // Returns an empty string or one line with its remedy.
  std::string open(const core::FeedPlan& plan);

  // Copies the next message into `out`; returns its length in bytes, and its market time. 0: the replay is over.
  std::size_t next(std::span<std::byte> out, std::uint64_t& market_ns);

  // How many messages the replay will send.
  std::uint64_t messages() const { return count_; }

 private:
  bool pick(wire::itch::Message& message);

  MappedFile file_;
  wire::BinaryFile messages_;
  std::uint64_t from_ns_ = 0, to_ns_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace hopscope::feed
