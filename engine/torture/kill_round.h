// One round of kill -9: a process writes the journal of a venue to a file through io_uring and dies at a random moment.
#pragma once

#include <cstdint>
#include <string>

#include "engine/torture/tally.h"

namespace hopscope::torture {

// directory: on a disk (O_DIRECT). The seed settles what is written, how, and how many records it dies after; not how far the device has
// come by then. Empty, or what is wrong.
std::string run_kill_round(std::uint64_t seed, const std::string& directory, Tally& tally);

// Empty, or why no journal can be written there, in one line with its remedy.
std::string check_directory(const std::string& directory);

}  // namespace hopscope::torture
