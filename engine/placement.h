// Checks that a plan places every role exactly once and has a link for each pair of roles that talk.
#pragma once

#include <string>

#include "engine/core/plan.h"

namespace hopscope {

// "venue3" -> 3. Only for names that check_placement accepted.
unsigned venue_index(const std::string& role);

// Returns an empty string or one line that names the role or link.
std::string check_placement(const core::Plan& plan);

}  // namespace hopscope
