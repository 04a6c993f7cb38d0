// The order streams of shared/workload/make_ops.cpp, made anew from its algorithm: same random numbers in the same order, same choices,
// so that file and stream are equal byte by byte. One symbol; every cancel and replace hits a live order.
#pragma once

#include <cstdint>
#include <vector>

namespace hopscope::bench {

// Prices carry 4 implied decimals, the tick is 100.
struct Op {
  enum Type : std::uint32_t { Add = 0, Cancel = 1, Replace = 2, Immediate = 3 };
  std::uint32_t type;
  std::uint32_t id;
  std::uint32_t new_id;  // of a replace, which loses priority and may trade at once
  std::uint32_t is_buy;
  std::uint32_t price;
  std::uint32_t quantity;
};
static_assert(sizeof(Op) == 24);

// What a correct engine must reproduce. The hash takes the 64-bit FNV-1a step over maker id, taker id, price and quantity of each trade.
struct Trades {
  std::uint64_t count = 0;
  std::uint64_t shares = 0;
  std::uint64_t hash = 1469598103934665603ull;

  void add(std::uint64_t maker, std::uint64_t taker, std::uint64_t price, std::uint64_t quantity) {
    ++count;
    shares += quantity;
    for (const std::uint64_t x : {maker, taker, price, quantity}) hash = (hash ^ x) * 1099511628211ull;
  }
  bool operator==(const Trades&) const = default;
};

struct OpStream {
  std::vector<Op> ops;
  Trades trades;
};

// `live_orders`: how many rest on average.
OpStream make_op_stream(std::uint64_t count, std::uint32_t live_orders);

}  // namespace hopscope::bench
