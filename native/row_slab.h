// Rows of one table in ClickHouse's RowBinary, packed one behind the other as the drain builds them.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hopscope::native {

class RowSlab {
 public:
  // run_id: the first column of every row. String columns are a LEB128 length and the bytes.
  explicit RowSlab(std::string_view run_id) { append_text(prefix_, run_id); }

  // Row: the other columns, packed, in the table's order.
  template <class Row>
  void append(const Row& row) {
    begin_row();
    append_columns(row);
  }

  // With one String column between packed ones.
  template <class Before, class After>
  void append(const Before& before, std::string_view text, const After& after) {
    begin_row();
    append_columns(before);
    append_text(bytes_, text);
    append_columns(after);
  }

  const std::vector<std::byte>& bytes() const { return bytes_; }
  std::size_t rows() const { return rows_; }

  // Keeps the memory.
  void clear() {
    bytes_.clear();
    rows_ = 0;
  }

 private:
  static void append_text(std::vector<std::byte>& to, std::string_view text) {
    std::size_t length = text.size();
    for (; length >= 0x80; length >>= 7) to.push_back(static_cast<std::byte>(length | 0x80));
    to.push_back(static_cast<std::byte>(length));
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    to.insert(to.end(), bytes, bytes + text.size());
  }

  template <class Columns>
  void append_columns(const Columns& columns) {
    static_assert(std::is_trivially_copyable_v<Columns> && alignof(Columns) == 1, "RowBinary has no padding");
    const auto* bytes = reinterpret_cast<const std::byte*>(&columns);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof columns);
  }

  void begin_row() {
    bytes_.insert(bytes_.end(), prefix_.begin(), prefix_.end());
    ++rows_;
  }

  std::vector<std::byte> prefix_;
  std::vector<std::byte> bytes_;
  std::size_t rows_ = 0;
};

}  // namespace hopscope::native
