// How much of a parent order shall be done by the end of each slice. targets[k]: shares by the end of slice k; the last is the quantity.
// Integers only: the same on every machine and build. Nothing allocates.
#pragma once

#include <cstdint>
#include <span>

namespace hopscope::oms {

// TWAP: equal slices.
void even_targets(std::uint32_t quantity, std::span<std::uint32_t> targets);

// VWAP: in proportion to the volumes of equal parts of the span, however many they are; within a part evenly. All of them 0: as TWAP.
void curve_targets(std::uint32_t quantity, std::span<const std::uint64_t> volumes, std::span<std::uint32_t> targets);

// Implementation shortfall: the optimal trajectory of Almgren and Chriss, "Optimal execution of portfolio transactions" (2000), with
// linear impact: x(j-1) - 2 x(j) + x(j+1) = (kappa tau)^2 x(j) for what is left after slice j (their equation 15 and the one before it),
// x(0) = quantity, x(slices) = 0, whose solution is x(j) ~ sinh(kappa (T - t_j)). urgency_milli: 1000 x kappa x T, with
// kappa^2 = risk aversion x variance / temporary impact. 0: as TWAP.
void shortfall_targets(std::uint32_t quantity, std::uint32_t urgency_milli, std::span<std::uint32_t> targets);

// The rest of a schedule for another quantity. targets: of the slices that are left, the last one was the quantity before; `done` shares
// are due before them. What is left keeps its proportions; where nothing was left it comes evenly.
void rescale_targets(std::uint32_t done, std::uint32_t quantity, std::span<std::uint32_t> targets);

}  // namespace hopscope::oms
