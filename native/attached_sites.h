// Probe sites of a running engine with a BPF program attached to each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "native/bpf_object.h"
#include "native/elf_notes.h"

namespace hopscope::native {

struct SiteState {
  const char* name;
  unsigned sites = 0;     // places in the text where it stands: inlining may copy it
  bool optimised = true;  // all of them: the kernel has turned the nop into a call
};

class AttachedSites {
 public:
  // names: of the sites, by attach cookie; they must outlive this.
  explicit AttachedSites(std::span<const char* const> names) : names_(names) {}

  // Attaches to every site that has one of the names: all or none. Throws Failure, also where the executable lacks one.
  void attach(const BpfObject& object, const char* program, int pid, const std::string& executable);

  // Empty before attach(). Throws Failure when the process is gone.
  std::vector<SiteState> states() const;

 private:
  std::span<const char* const> names_;
  std::vector<BpfLink> links_;
  std::vector<SiteNote> notes_;
  int pid_ = 0;
  std::uint64_t load_bias_ = 0;  // runtime address minus linked address
};

}  // namespace hopscope::native
