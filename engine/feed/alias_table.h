// Draws from a fixed discrete distribution in constant time: Walker's alias method, built after Vose (IEEE Trans. Software Eng. 17, 1991).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hopscope::feed {

class AliasTable {
 public:
  // Weights are positive and need not sum to anything.
  explicit AliasTable(const std::vector<double>& weights) : cells_(weights.size()) {
    double sum = 0;
    for (const double weight : weights) sum += weight;
    const auto n = static_cast<double>(weights.size());
    std::vector<double> scaled;
    std::vector<std::uint32_t> small, large;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
      scaled.push_back(weights[i] * n / sum);
      (scaled[i] < 1 ? small : large).push_back(i);
    }
    while (!small.empty() && !large.empty()) {
      const std::uint32_t poor = small.back(), rich = large.back();
      small.pop_back();
      cells_[poor] = {static_cast<std::uint32_t>(scaled[poor] * 0x1p32), {poor, rich}};
      scaled[rich] -= 1 - scaled[poor];
      if (scaled[rich] < 1) {
        large.pop_back();
        small.push_back(rich);
      }
    }
    for (const auto& rest : {small, large})
      for (const std::uint32_t i : rest) cells_[i] = {0xffffffff, {i, i}};
  }

  // `bits` are uniform.
  std::uint32_t draw(std::uint32_t bits) const {
    const std::uint64_t product = std::uint64_t{bits} * cells_.size();  // high half: the cell; low half: uniform inside it
    const auto at = static_cast<std::uint32_t>(product >> 32);
    return cells_[at].outcome[static_cast<std::uint32_t>(product) >= cells_[at].keep];  // no branch: it could not be predicted
  }

 private:
  struct Cell {
    std::uint32_t keep;  // share of the first outcome, of 2^32
    std::uint32_t outcome[2];
  };
  std::vector<Cell> cells_;
};

}  // namespace hopscope::feed
