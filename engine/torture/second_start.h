// The start after the start after a crash: it must not notice any more that there was one.
#pragma once

#include <string>

#include "engine/core/plan.h"

namespace hopscope::torture {

// Opens the plan's journal, in the place of the file that a crash has left there, appends what a venue does, closes it and reads it back.
// Empty, or what was not as after any other run. The caller's thread becomes the journal's.
std::string start_again(const core::Plan& plan);

}  // namespace hopscope::torture
