// Who is told of the gaps in a session that a MoldReceiver recovers: on the receiver's thread, and only when something was lost.
#pragma once

#include "engine/wire/mold_request.h"

namespace hopscope::net {

class GapListener {
 public:
  virtual ~GapListener() = default;
  // Missing, and asked for. Ranges that adjoin may be closed as one.
  virtual void gap_opened(const wire::MoldRange& messages) = 0;
  // Nothing of them is awaited any more: they came, or were given up.
  virtual void gap_closed(const wire::MoldRange& messages) = 0;
  virtual void gap_given_up(const wire::MoldRange& messages) = 0;
};

}  // namespace hopscope::net
