// Rows of one table in ClickHouse's RowBinary, packed one behind the other as the drain builds them.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hopscope::native {

class RowSlab {
 public:
  // run_id: the first column of every row. String columns are a LEB128 length and the bytes.
  explicit RowSlab(std::string_view run_id) {
    std::size_t length = run_id.size();
    for (; length >= 0x80; length >>= 7) prefix_.push_back(static_cast<std::byte>(length | 0x80));
    prefix_.push_back(static_cast<std::byte>(length));
    const auto* text = reinterpret_cast<const std::byte*>(run_id.data());
    prefix_.insert(prefix_.end(), text, text + run_id.size());
  }

  // Row: the other columns, packed, in the table's order.
  template <class Row>
  void append(const Row& row) {
    static_assert(std::is_trivially_copyable_v<Row> && alignof(Row) == 1, "RowBinary has no padding");
    const std::size_t at = bytes_.size();
    bytes_.resize(at + prefix_.size() + sizeof row);
    std::memcpy(bytes_.data() + at, prefix_.data(), prefix_.size());
    std::memcpy(bytes_.data() + at + prefix_.size(), &row, sizeof row);
    ++rows_;
  }

  const std::vector<std::byte>& bytes() const { return bytes_; }
  std::size_t rows() const { return rows_; }

  // Keeps the memory.
  void clear() {
    bytes_.clear();
    rows_ = 0;
  }

 private:
  std::vector<std::byte> prefix_;
  std::vector<std::byte> bytes_;
  std::size_t rows_ = 0;
};

}  // namespace hopscope::native
