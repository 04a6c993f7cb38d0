// The simulator's market (engine/feed/order_flow.h) as the bytes that a consumer gets: ITCH 5.0 messages in MoldUDP64 packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/book/books.h"
#include "engine/core/digest.h"
#include "engine/net/port.h"

namespace hopscope::bench {

struct FeedStream {
  std::uint64_t messages = 0;
  std::uint32_t symbols = 0;  // locates 1..symbols
  std::vector<std::byte> bytes;
  std::vector<std::uint16_t> packet_bytes;  // lengths of the packets, which stand one behind the other

  std::uint64_t memory_bytes() const { return bytes.size() + packet_bytes.size() * sizeof packet_bytes[0]; }
};

// Activity falls with a symbol's rank (Zipf). messages_a_packet: 1 is what Hopscope's feed sends; a packet is closed earlier when the next
// message might not fit into a payload.
FeedStream make_feed_stream(std::uint64_t seed, std::uint64_t messages, std::uint32_t symbols, unsigned messages_a_packet);

// Hands out a stream's packets as a port does: up to `burst` payloads at a time.
class Bursts {
 public:
  Bursts(const FeedStream& stream, unsigned burst) : stream_(stream), payloads_(burst) {}

  // Empty when the stream has ended.
  std::span<const net::Payload> next() {
    std::size_t taken = 0;
    for (; taken < payloads_.size() && packet_ < stream_.packet_bytes.size(); ++taken) {
      const std::size_t bytes = stream_.packet_bytes[packet_++];
      payloads_[taken] = {stream_.bytes.data() + at_, bytes};
      at_ += bytes;
    }
    return std::span(payloads_).first(taken);
  }

 private:
  const FeedStream& stream_;
  std::vector<net::Payload> payloads_;
  std::size_t packet_ = 0;
  std::size_t at_ = 0;
};

// Room for a stream's orders, as the OMS reckons it (engine/oms/oms.h).
inline std::uint32_t max_orders(const FeedStream& stream) { return stream.symbols * 1'024 + 4'096; }

// Every resting order of every symbol in priority.
core::Digest digest_of(const book::Books& books);

}  // namespace hopscope::bench
