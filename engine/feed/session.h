// The name of the feed's MoldUDP64 session, which its receivers need for their requests.
#pragma once

#include "engine/wire/moldudp64.h"

namespace hopscope::feed {

inline constexpr wire::MoldSession kFeedSession = wire::mold_session("HSFEED");

}  // namespace hopscope::feed
