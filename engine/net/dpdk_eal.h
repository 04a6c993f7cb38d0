// Starting DPDK's environment for one plan: its memory, the PCI devices it may touch, nothing that outlives the process.
#pragma once

#include <string>

#include "engine/core/plan.h"

namespace hopscope::net {

// Starts EAL with room for so many packet buffers. Returns an empty string or one line with its remedy.
std::string start_eal(const core::Plan& plan, unsigned mbufs);

}  // namespace hopscope::net
