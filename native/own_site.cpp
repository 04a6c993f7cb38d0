#include "native/own_site.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>

#include "engine/probe/site.h"
#include "native/elf_notes.h"
#include "native/failure.h"

namespace hopscope::native {
namespace {

constexpr char kName[] = "own.site";

}  // namespace

// Never inlined: there must be one copy.
[[gnu::noinline]] void hit_own_site() { HOPSCOPE_SITE_NAMED("own.site", 1, 2, 3); }

OwnSite find_own_site() {
  Dl_info info{};
  if (!dladdr(reinterpret_cast<const void*>(&hit_own_site), &info))
    throw Failure("probes: the addon does not know its own file: rebuild it");
  const std::string file = info.dli_fname;
  const auto notes = read_site_notes(file, "hopscope");
  const auto note = std::find_if(notes.begin(), notes.end(), [](const SiteNote& n) { return n.name == kName; });
  if (note == notes.end()) throw Failure("probes: " + file + " has no site of its own: rebuild it (`npm run setup`)");
  return {file, note->file_offset, static_cast<const unsigned char*>(info.dli_fbase) + note->address};
}

}  // namespace hopscope::native
