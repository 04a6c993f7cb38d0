#include "engine/bench/feed_stream.h"

#include <array>

#include "engine/feed/order_flow.h"
#include "engine/wire/moldudp64.h"

namespace hopscope::bench {

FeedStream make_feed_stream(std::uint64_t seed, std::uint64_t messages, std::uint32_t symbols, unsigned messages_a_packet) {
  constexpr double kMeanGapNs = 1'000;
  constexpr std::size_t kMeanMessageBytes = 32;  // of the simulator's mix 29: no second allocation
  FeedStream stream;
  stream.messages = messages;
  stream.symbols = symbols;
  stream.bytes.reserve(messages * (wire::kMoldHeaderBytes / messages_a_packet + wire::kMoldLengthBytes + kMeanMessageBytes));
  stream.packet_bytes.reserve(messages / messages_a_packet + 1);

  feed::OrderFlow flow(seed, symbols, kMeanGapNs);
  std::array<std::byte, net::kMaxPayloadBytes> bytes;
  for (std::uint64_t sent = 0; sent < messages;) {
    wire::MoldWriter packet(bytes);
    packet.begin(wire::mold_session("HSFEED"), sent + 1);
    while (sent < messages && packet.count() < messages_a_packet && packet.room().size() >= wire::itch::kMaxBytes) {
      std::uint64_t market_ns;
      packet.commit(flow.next(packet.room(), market_ns));
      ++sent;
    }
    const std::size_t length_bytes = packet.finish();
    stream.bytes.insert(stream.bytes.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length_bytes));
    stream.packet_bytes.push_back(static_cast<std::uint16_t>(length_bytes));
  }
  return stream;
}

core::Digest digest_of(const book::Books& books) {
  core::Digest digest;
  for (unsigned locate = 0; locate <= books.max_locate(); ++locate)
    for (const book::Side side : {book::Side::Buy, book::Side::Sell})
      books.each_order(static_cast<std::uint16_t>(locate), side, [&](const book::Order& order) {
        digest.add(locate << 8 | static_cast<unsigned>(side));
        digest.add(order.id);
        digest.add(std::uint64_t{order.price} << 32 | order.quantity);
        return true;
      });
  return digest;
}

}  // namespace hopscope::bench
