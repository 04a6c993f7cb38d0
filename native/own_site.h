// A probe site in the addon's own text: for trying uprobes, and for seeing what this kernel makes of a nop5, without a target process.
#pragma once

#include <cstdint>
#include <string>

namespace hopscope::native {

struct OwnSite {
  std::string file;           // that holds the addon's text
  std::uint64_t file_offset;  // for attaching
  const unsigned char* text;  // the site's first byte in memory
};

OwnSite find_own_site();
void hit_own_site();

}  // namespace hopscope::native
