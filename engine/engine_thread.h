// What belongs to one lcore's thread.
#pragma once

#include <string>
#include <vector>

#include "engine/core/clock.h"
#include "engine/core/reactor.h"
#include "engine/probe/emitter.h"
#include "engine/probe/injector.h"

namespace hopscope {

struct EngineThread {
  core::Reactor reactor;
  probe::Emitter emitter;
  probe::Injector injector;
  core::Ticks next_flush = 0;
  std::vector<unsigned> venues;  // positions in Roles::venues() whose journals it opens and closes
  bool has_oms = false;          // and its journal, which it opens
  std::string error;
};

}  // namespace hopscope
