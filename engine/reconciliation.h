// At the end of a run: what the OMS believes to have, against what its venues say it has. Both have counted for themselves: the OMS the
// messages that it heard, each venue its executions and the orders that are open there.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/holdings.h"

namespace hopscope {

struct Difference {
  unsigned venue = 0;
  std::uint16_t locate = 0;
  const char* figure = "";  // with its unit
  std::int64_t oms = 0, at_venue = 0;
};

// By venue, then symbol; empty: both agree in every figure.
std::vector<Difference> reconcile(const Holdings& oms, const Holdings& venues);

}  // namespace hopscope
