#include "engine/book/books.h"

namespace hopscope::book {

Books::Books(std::uint16_t max_locate, std::uint32_t max_orders)
    : max_locate_(max_locate),
      max_orders_(max_orders),
      ids_(max_orders),
      level_table_(max_orders),
      ladder_(max_orders),
      symbols_(static_cast<std::size_t>(max_locate) + 1),
      orders_(static_cast<std::size_t>(max_orders) + 1),
      levels_(static_cast<std::size_t>(max_orders) + 1) {
  for (std::size_t i = 0; i < symbols_.size(); ++i) {
    symbols_[i].buy.clear();
    symbols_[i].sell.clear();
  }
}

}  // namespace hopscope::book
