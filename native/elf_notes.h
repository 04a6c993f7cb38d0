// USDT notes of an ELF file (.note.stapsdt, systemtap's layout version 3): where the probe sites stand that engine/probe/site.h left.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::native {

struct SiteNote {
  std::string name;           // e.g. "oms.rx"
  std::uint64_t address;      // virtual, as linked
  std::uint64_t file_offset;  // what a uprobe is attached to
};

// All notes of `provider` in the file's order. Throws Failure: not readable, not a 64-bit little-endian ELF file, or cut short.
std::vector<SiteNote> read_site_notes(const std::string& path, std::string_view provider);

}  // namespace hopscope::native
