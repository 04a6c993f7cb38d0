// The benchmark's market data: what the fast books make of it is what maps and lists make of it, message by message.
#include "engine/bench/feed_stream.h"

#include <gtest/gtest.h>

#include "engine/book/itch_book.h"
#include "engine/book/lookahead.h"
#include "engine/test/book/reference_books.h"
#include "engine/wire/moldudp64.h"

namespace hopscope::bench {
namespace {

namespace itch = wire::itch;

void apply(book::ReferenceBooks& books, const itch::Message& message) {
  if (const auto* m = message.as<itch::AddOrder>())
    books.add(m->reference, m->head.locate, static_cast<book::Side>(m->side), m->price, m->shares);
  if (const auto* m = message.as<itch::Executed>()) books.reduce(m->reference, m->shares);
  if (const auto* m = message.as<itch::Cancel>()) books.reduce(m->reference, m->shares);
  if (const auto* m = message.as<itch::Delete>()) books.remove(m->reference);
  if (const auto* m = message.as<itch::Replace>()) books.replace(m->old_reference, m->new_reference, m->price, m->shares);
}

core::Digest reference_digest(const book::ReferenceBooks& books, std::uint32_t symbols) {
  core::Digest digest;
  for (std::uint32_t locate = 0; locate <= symbols; ++locate)
    for (const book::Side side : {book::Side::Buy, book::Side::Sell})
      for (const auto& [price, id, quantity] : books.orders(static_cast<std::uint16_t>(locate), side)) {
        digest.add(locate << 8 | static_cast<unsigned>(side));
        digest.add(id);
        digest.add(std::uint64_t{price} << 32 | quantity);
      }
  return digest;
}

struct Shape {
  const char* name;
  std::uint32_t symbols;
  unsigned messages_a_packet, burst;
};
void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

class FeedStreamTest : public testing::TestWithParam<Shape> {};

TEST_P(FeedStreamTest, BuildsTheBooksOfTheReference) {
  const Shape& shape = GetParam();
  const FeedStream stream = make_feed_stream(7, 100'000, shape.symbols, shape.messages_a_packet);
  book::Books books(static_cast<std::uint16_t>(shape.symbols), max_orders(stream));
  book::ReferenceBooks reference(max_orders(stream));
  book::Lookahead lookahead(books);
  Bursts bursts(stream, shape.burst);
  std::uint64_t sequence = 1;
  for (auto packets = bursts.next(); !packets.empty(); packets = bursts.next()) {
    lookahead.begin(packets);
    for (const net::Payload packet : packets) {
      wire::MoldReader reader(packet);
      ASSERT_EQ(reader.sequence(), sequence);
      for (wire::Bytes bytes; reader.next(bytes); ++sequence) {
        const itch::Message message(bytes);
        ASSERT_TRUE(message.well_formed());
        lookahead.step();
        ASSERT_NE(book::apply(books, message), book::Applied::Unresolved);
        apply(reference, message);
        ASSERT_EQ(books.orders(), reference.orders());
      }
      ASSERT_FALSE(reader.malformed());
    }
    if (sequence % 5'000 < shape.burst) {
      ASSERT_EQ(digest_of(books).hex(), reference_digest(reference, shape.symbols).hex());
    }
  }
  EXPECT_EQ(sequence, stream.messages + 1);
  EXPECT_EQ(digest_of(books).hex(), reference_digest(reference, shape.symbols).hex());
  EXPECT_EQ(books.orders() > book::Lookahead::kCachedOrders, shape.symbols == 1'000) << "whether the lookahead looked";
}

INSTANTIATE_TEST_SUITE_P(Shapes, FeedStreamTest,
                         testing::Values(Shape{"OneMessageAPacket", 1'000, 1, 32}, Shape{"FullPackets", 1'000, 1'000, 4},
                                         Shape{"AlonePackets", 1'000, 1, 1}, Shape{"FewSymbols", 16, 1, 64}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace hopscope::bench
