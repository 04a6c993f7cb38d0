#include "native/attached_sites.h"

#include <algorithm>

#include "native/failure.h"
#include "native/process_text.h"

namespace hopscope::native {

void AttachedSites::attach(const BpfObject& object, const char* program, int pid, const std::string& executable) {
  if (!links_.empty()) throw Failure("lane: already attached to process " + std::to_string(pid_) + ": open another lane");
  std::vector<SiteNote> notes = read_site_notes(executable, "hopscope");
  std::erase_if(notes, [&](const SiteNote& note) { return std::find(names_.begin(), names_.end(), note.name) == names_.end(); });
  for (const char* name : names_)
    if (std::none_of(notes.begin(), notes.end(), [&](const SiteNote& note) { return note.name == name; }))
      throw Failure("lane: " + executable + " has no site " + name + ": it is not an engine, or of another version; run `npm run setup`");

  load_bias_ = mapped_address(pid, executable, notes.front().file_offset) - notes.front().address;
  std::vector<BpfLink> links;
  for (const SiteNote& note : notes) {
    const auto cookie = static_cast<std::uint64_t>(std::find(names_.begin(), names_.end(), note.name) - names_.begin());
    links.push_back(object.attach_uprobe(program, pid, executable, note.file_offset, cookie));
  }
  links_ = std::move(links);
  notes_ = std::move(notes);
  pid_ = pid;
}

std::vector<SiteState> AttachedSites::states() const {
  std::vector<SiteState> states;
  if (notes_.empty()) return states;
  for (const char* name : names_) {
    SiteState state{.name = name};
    for (const SiteNote& note : notes_) {
      if (note.name != name) continue;
      ++state.sites;
      if (read_byte(pid_, note.address + load_bias_) != kCallOpcode) state.optimised = false;
    }
    states.push_back(state);
  }
  return states;
}

}  // namespace hopscope::native
