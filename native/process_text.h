// Another process's text as it runs: where its executable is mapped, and what stands there.
#pragma once

#include <cstdint>
#include <string>

namespace hopscope::native {

// Where the byte at `file_offset` of `executable` is mapped in process `pid`. Throws Failure when the process is gone or runs another file.
std::uint64_t mapped_address(int pid, const std::string& executable, std::uint64_t file_offset);

// The byte at a runtime address of process `pid` (/proc/PID/mem).
std::uint8_t read_byte(int pid, std::uint64_t address);

// First byte of a probed nop5 that the kernel has turned into a call (Linux >= 6.18, x86-64).
inline constexpr std::uint8_t kCallOpcode = 0xe8;

}  // namespace hopscope::native
