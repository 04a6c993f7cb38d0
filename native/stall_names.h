// Who did it: the column `who` of a stall.
#pragma once

#include <string>

#include "bpf/records.h"

namespace hopscope::native {

// A command, a handler, an IPI, a softirq or a system call; empty where nobody can be named.
std::string stall_who(const hs_stall& stall);

}  // namespace hopscope::native
