// Names of a link's two ends.
#pragma once

namespace hopscope::net {

enum class End { A, B };  // A is the left name of "feed-oms", B the right one

}  // namespace hopscope::net
