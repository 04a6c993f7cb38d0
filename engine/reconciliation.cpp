#include "engine/reconciliation.h"

#include <array>
#include <set>
#include <utility>

namespace hopscope {
namespace {

struct Figure {
  const char* name;
  std::int64_t value;
};

std::array<Figure, 8> figures_of(const Holdings& holdings, const Holdings::key_type& key) {
  const auto found = holdings.find(key);
  const Holding holding = found == holdings.end() ? Holding() : found->second;
  const book::Traded& traded = holding.traded;
  const auto figure = [](const char* name, std::uint64_t value) { return Figure{name, static_cast<std::int64_t>(value)}; };
  return {figure("shares bought", traded.bought),
          figure("shares sold", traded.sold),
          figure("paid, 4 decimals", traded.bought_value),
          figure("received, 4 decimals", traded.sold_value),
          Figure{"fees, millionths", traded.fees_micros},
          figure("open orders", holding.open_orders),
          figure("open shares, buying", holding.open_buying),
          figure("open shares, selling", holding.open_selling)};
}

}  // namespace

std::vector<Difference> reconcile(const Holdings& oms, const Holdings& venues) {
  std::set<Holdings::key_type> keys;
  for (const Holdings* holdings : {&oms, &venues})
    for (const auto& [key, holding] : *holdings) keys.insert(key);
  std::vector<Difference> differences;
  for (const Holdings::key_type& key : keys) {
    const auto ours = figures_of(oms, key), theirs = figures_of(venues, key);
    for (std::size_t i = 0; i < ours.size(); ++i) {
      if (ours[i].value == theirs[i].value) continue;
      differences.push_back({key.first, key.second, ours[i].name, ours[i].value, theirs[i].value});
    }
  }
  return differences;
}

}  // namespace hopscope
