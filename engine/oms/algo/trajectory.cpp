#include "engine/oms/algo/trajectory.h"

#include <numeric>

namespace hopscope::oms {
namespace {

using Wide = unsigned __int128;

// Binary point of the ratios below: what is rounded away over 1,000 slices stays far below one share of 2^30.
constexpr unsigned kFraction = 56;
constexpr Wide kOne = Wide{1} << kFraction;

std::uint32_t part_of(std::uint32_t quantity, Wide numerator, Wide denominator) {
  return static_cast<std::uint32_t>(quantity * numerator / denominator);
}

}  // namespace

void even_targets(std::uint32_t quantity, std::span<std::uint32_t> targets) {
  for (std::size_t k = 0; k < targets.size(); ++k) targets[k] = part_of(quantity, k + 1, targets.size());
}

void curve_targets(std::uint32_t quantity, std::span<const std::uint64_t> volumes, std::span<std::uint32_t> targets) {
  const std::uint64_t all = std::accumulate(volumes.begin(), volumes.end(), std::uint64_t{0});
  if (all == 0) return even_targets(quantity, targets);
  // In units of 1 / slices of a part: slice k ends behind (k + 1) x parts of them.
  const std::size_t slices = targets.size();
  std::uint64_t before = 0;  // volume of the parts that are behind
  std::size_t part = 0;
  for (std::size_t k = 0; k < slices; ++k) {
    const std::size_t end = (k + 1) * volumes.size();
    while ((part + 1) * slices <= end) before += volumes[part++];
    const std::size_t into = end - part * slices;
    const Wide done = Wide{before} * slices + (into == 0 ? 0 : Wide{volumes[part]} * into);
    targets[k] = part_of(quantity, done, Wide{all} * slices);
  }
}

// Backwards: with r(m) = x(slices - m + 1) / x(slices - m), what the m-th slice before the end leaves of what it finds, the equation says
// r(1) = 0 and r(m + 1) = 1 / (2 + (kappa tau)^2 - r(m)).
void shortfall_targets(std::uint32_t quantity, std::uint32_t urgency_milli, std::span<std::uint32_t> targets) {
  const std::size_t slices = targets.size();
  const Wide urgency_squared = Wide{urgency_milli} * urgency_milli;
  const Wide middle = 2 * kOne + (urgency_squared << kFraction) / (Wide{1'000'000} * slices * slices);
  const auto ratio = [middle](std::size_t m) {
    Wide r = 0;
    while (--m != 0) r = (kOne << kFraction) / (middle - r);
    return r;
  };
  Wide left = kOne;  // share of the quantity
  for (std::size_t k = 0; k < slices; ++k) {
    left = (left * ratio(slices - k)) >> kFraction;
    targets[k] = quantity - part_of(quantity, left, kOne);
  }
}

void rescale_targets(std::uint32_t done, std::uint32_t quantity, std::span<std::uint32_t> targets) {
  const std::uint32_t before = targets.back();
  const std::size_t slices = targets.size();
  for (std::size_t k = 0; k < slices; ++k) {
    if (quantity <= done)
      targets[k] = quantity;
    else if (before <= done)
      targets[k] = done + part_of(quantity - done, k + 1, slices);
    else
      targets[k] = done + part_of(quantity - done, targets[k] - done, before - done);
  }
}

}  // namespace hopscope::oms
