// System calls by number, from the kernel's header that the build found.
#pragma once

#include <cstdint>
#include <string>

namespace hopscope::native {

// "syscall 512" for one that the header does not know.
std::string syscall_name(std::uint64_t number);

}  // namespace hopscope::native
