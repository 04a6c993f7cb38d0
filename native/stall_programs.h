// The programs of bpf/stalls.bpf.c: loaded and attached one by one, so that what this kernel lacks is left out by name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "native/bpf_object.h"

namespace hopscope::native {

struct StallOptions {
  std::string object_directory;
  std::string run_id;
  std::uint32_t output_bytes = 0;
  bool syscalls = true;
  std::vector<std::string> deny;
};

class StallPrograms {
 public:
  // Throws Failure for options that are wrong; what the kernel refuses becomes a sentence in missing().
  explicit StallPrograms(const StallOptions& options);

  // Attaches what was loaded. Throws Failure when it is attached already.
  void attach(int pid, const std::vector<std::uint32_t>& tids);
  void detach() { links_.clear(); }

  // One sentence each: what is not seen, and why.
  const std::vector<std::string>& missing() const { return missing_; }

  // Null where not one program could be loaded.
  const BpfObject* object() const { return object_.get(); }

 private:
  void load(const StallOptions& options);
  static bool in_first_pid_namespace();

  std::unique_ptr<BpfObject> object_;
  std::vector<std::string> loaded_;
  std::vector<std::string> missing_;
  std::vector<BpfLink> links_;
};

}  // namespace hopscope::native
