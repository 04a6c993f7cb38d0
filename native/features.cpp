#include "native/features.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>

#include "native/bpf_object.h"
#include "native/failure.h"
#include "native/own_site.h"
#include "native/process_text.h"

namespace hopscope::native {
namespace {

struct Trial {
  const char* name;
  const char* remedy;
  std::function<std::string()> attempt;  // returns what was seen; throws Failure
};

void run_once(const BpfObject& object, const char* program) {
  std::uint64_t context = 0;
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.ctx_in = &context;
  options.ctx_size_in = sizeof context;
  const int error = bpf_prog_test_run_opts(object.program_fd(program), &options);
  const int failed = error ? error : static_cast<int>(options.retval);
  if (failed < 0) throw Failure(std::string("loads, but does not run: ") + std::strerror(-failed));
}

std::string try_btf() {
  if (access("/sys/kernel/btf/vmlinux", R_OK) != 0) throw Failure("no /sys/kernel/btf/vmlinux");
  return "/sys/kernel/btf/vmlinux";
}

std::string try_uprobe(const std::string& directory) {
  constexpr std::uint64_t kCookie = 0x686f70;  // any value that a fresh map does not hold
  BpfObject object(directory, "feature_uprobe");
  object.load();
  const OwnSite site = find_own_site();
  const BpfLink link = object.attach_uprobe("on_uprobe", getpid(), site.file, site.file_offset, kCookie);
  hit_own_site();
  std::uint32_t zero = 0;
  std::uint64_t seen = 0;
  if (bpf_map_lookup_elem(object.map_fd("last_cookie"), &zero, &seen) || seen != kCookie)
    throw Failure("attaches, but a hit does not run the program with its cookie");
  return "attached to a site of the addon, hit and seen";
}

std::string try_nop5(const std::string& directory) {
  BpfObject object(directory, "feature_uprobe");
  object.load();
  const OwnSite site = find_own_site();
  const BpfLink link = object.attach_uprobe("on_uprobe", getpid(), site.file, site.file_offset, 0);
  for (int i = 0; i < 3; ++i) hit_own_site();  // the kernel rewrites a site when it is hit
  char byte[8];
  std::snprintf(byte, sizeof byte, "0x%02x", *static_cast<const volatile unsigned char*>(site.text));
  if (*static_cast<const volatile unsigned char*>(site.text) != kCallOpcode)
    throw Failure(std::string("a probed nop5 stays a trap (first byte ") + byte + "): ~0.1 us more a hit");
  return std::string("a probed nop5 becomes a call (first byte ") + byte + ")";
}

std::string try_attach(const std::string& directory, const char* object_name, const char* program) {
  BpfObject object(directory, object_name);
  object.load();
  const BpfLink link = object.attach(program);
  return "loads and attaches";
}

std::string try_run(const std::string& directory, const char* object_name, const char* program) {
  BpfObject object(directory, object_name);
  object.load();
  run_once(object, program);
  return "loads and runs";
}

}  // namespace

std::vector<Feature> find_features(const std::string& directory, const std::vector<std::string>& deny) {
  const std::vector<Trial> trials{
      {"btf", "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y (Debian's and Ubuntu's are)", try_btf},
      {"uprobe", "as root, on a kernel with CONFIG_UPROBES=y and Linux >= 5.15; else use lane stream",
       [&] { return try_uprobe(directory); }},
      {"usdt_nop5", "boot Linux >= 6.18 for cheaper hits in lane hops; nothing else needs it", [&] { return try_nop5(directory); }},
      {"ringbuf", "boot Linux >= 5.14; else use lane stamps", [&] { return try_run(directory, "feature_ringbuf", "write_one"); }},
      {"user_ringbuf", "boot Linux >= 6.1 for lane stream; else use lane hops",
       [&] { return try_run(directory, "feature_user_ringbuf", "drain_none"); }},
      {"tp_btf", "boot a kernel with CONFIG_DEBUG_INFO_BTF=y and tracepoints",
       [&] { return try_attach(directory, "feature_tp_btf", "on_switch"); }},
      {"fentry", "boot a kernel with CONFIG_FUNCTION_TRACER=y and CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y",
       [&] { return try_attach(directory, "feature_fentry", "on_vfs_read"); }},
      {"kprobe", "boot a kernel with CONFIG_KPROBES=y", [&] { return try_attach(directory, "feature_kprobe", "on_vfs_read"); }},
  };
  std::vector<Feature> found;
  for (const Trial& trial : trials) {
    if (std::find(deny.begin(), deny.end(), trial.name) != deny.end()) {
      found.push_back({trial.name, false, "denied by the settings", "take it off the deny list"});
      continue;
    }
    try {
      found.push_back({trial.name, true, trial.attempt(), ""});
    } catch (const Failure& failure) {
      found.push_back({trial.name, false, failure.cause(), geteuid() == 0 ? trial.remedy : "run as root"});
    }
  }
  return found;
}

}  // namespace hopscope::native
