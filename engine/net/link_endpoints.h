// The addresses at a link's two ends, out of the plan.
#pragma once

#include <string>

#include "engine/core/plan.h"
#include "engine/wire/frame.h"

namespace hopscope::net {

// Returns an empty string or one line that begins with the link's name.
std::string link_endpoints(const core::LinkPlan& link, wire::UdpEndpoint& a, wire::UdpEndpoint& b);

}  // namespace hopscope::net
