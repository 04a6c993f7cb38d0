#include "engine/bench/feed_replay.h"

#include <cinttypes>
#include <cstdio>
#include <string>

#include "engine/bench/feed_stream.h"
#include "engine/book/itch_book.h"
#include "engine/book/lookahead.h"
#include "engine/wire/moldudp64.h"

namespace hopscope::bench {
namespace {

constexpr std::uint64_t kSeed = 7;
constexpr unsigned kFullBurst = 32;  // the plan's default

struct Stream {
  const char* name;
  unsigned burst;
};
struct Market {
  std::uint32_t symbols;
  const char* known;  // digest of the books after kFeedMessages; kept so that an optimisation that changes a book is seen
  std::vector<Stream> streams;
};

// Calls around(apply) for every message, in order; around must call apply() once.
template <class Around>
std::uint64_t replay(const FeedStream& stream, unsigned burst, book::Books& books, Around&& around) {
  book::Lookahead lookahead(books);
  Bursts bursts(stream, burst);
  std::uint64_t unresolved = 0;
  for (auto packets = bursts.next(); !packets.empty(); packets = bursts.next()) {
    lookahead.begin(packets);
    for (const net::Payload packet : packets) {
      wire::MoldReader reader(packet);
      for (wire::Bytes message; reader.next(message);)
        around([&] {
          lookahead.step();
          unresolved += book::apply(books, wire::itch::Message(message)) == book::Applied::Unresolved;
        });
    }
  }
  return unresolved;
}

Row bench(const FeedStream& feed, const Stream& stream, const char* known, const core::Calibration& clock, std::uint32_t timer_ticks) {
  const auto locates = static_cast<std::uint16_t>(feed.symbols);
  Row row;
  row.stream = stream.name;
  row.operations = feed.messages;
  row.equal = true;
  std::string digest;
  std::uint32_t resting = 0;
  const auto judge = [&](const book::Books& books, std::uint64_t unresolved) {
    const std::string hex = digest_of(books).hex();
    row.equal &= unresolved == 0 && (digest.empty() || hex == digest);
    digest = hex;
    resting = books.orders();
  };

  std::vector<double> cpu_ns(kRuns);
  for (double& ns : cpu_ns) {
    book::Books books(locates, max_orders(feed));
    const std::uint64_t from = thread_cpu_ns();
    const std::uint64_t unresolved = replay(feed, stream.burst, books, [](auto&& apply) { apply(); });
    ns = static_cast<double>(thread_cpu_ns() - from) / static_cast<double>(feed.messages);
    judge(books, unresolved);
  }
  book::Books books(locates, max_orders(feed));
  OperationTicks ticks(feed.messages, timer_ticks);
  const std::uint64_t unresolved = replay(feed, stream.burst, books, [&](auto&& apply) {
    const core::Ticks from = fenced_ticks();
    apply();
    ticks.add(from, fenced_ticks());
  });
  judge(books, unresolved);
  row.equal &= feed.messages != kFeedMessages || digest == known;
  row.cost = cost_of(cpu_ns, ticks.sorted(), clock);
  row.result = "resting=" + std::to_string(resting) + " book_digest=" + digest;
  row.fields = {"\"symbols\": " + std::to_string(feed.symbols), "\"burst\": " + std::to_string(stream.burst),
                "\"resting\": " + std::to_string(resting), "\"book_digest\": \"" + digest + "\""};
  return row;
}

}  // namespace

void bench_feed(std::uint64_t messages, const core::Calibration& clock, std::uint32_t timer_ticks, std::vector<Row>& rows) {
  const Market markets[] = {{1'000, "a4307544ee79e2b1", {{"feed1k", kFullBurst}, {"feed1k-single", 1}}},
                            {16, "7cd7dc98a94673f7", {{"feed16", kFullBurst}}}};
  for (const Market& market : markets) {
    const FeedStream feed = make_feed_stream(kSeed, messages, market.symbols, 1);
    std::printf("%" PRIu64 " packets of one message, %u symbols: %.0f MB in memory\n", messages, market.symbols,
                static_cast<double>(feed.memory_bytes()) * 1e-6);
    for (const Stream& stream : market.streams) {
      rows.push_back(bench(feed, stream, market.known, clock, timer_ticks));
      print(rows.back());
    }
  }
}

}  // namespace hopscope::bench
