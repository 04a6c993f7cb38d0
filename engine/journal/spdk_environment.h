// SPDK in this process: its bdev layer, configured from one JSON file, in the EAL that the network has started.
//
// SPDK runs on "SPDK threads", which are no threads of the operating system: each makes progress while somebody polls it. Here there is one
// a device, polled by the venue that writes to it, and the app thread, which does the management (opening and closing, an NVMe controller's
// admin queue) and gets a turn now and then from whichever venue comes by. SPDK starts neither a thread nor a reactor of its own.
//
// Process-wide, because SPDK is: started for the first that enters, ended for good when the last has left. Any thread may call these
// functions, but an SPDK thread belongs to the thread that entered with it.
#pragma once

#include <functional>
#include <string>

#include "engine/core/plan.h"

struct spdk_thread;

namespace hopscope::journal::spdk {

// Gives the caller an SPDK thread of its own and makes it the current one. Returns an empty string or one line with its remedy.
std::string enter(const core::SpdkPlan& plan, const std::string& name, spdk_thread*& thread);

// Everything that was opened on `thread` has been closed; afterwards the thread is gone.
void leave(spdk_thread* thread);

// A turn for the app thread, unless another thread is giving it one.
void poll_app_thread();

// For setting up and ending: polls `thread` and the app thread until done(), at most so many seconds. Returns done().
bool poll_until(spdk_thread* thread, int seconds, const std::function<bool()>& done);

}  // namespace hopscope::journal::spdk
