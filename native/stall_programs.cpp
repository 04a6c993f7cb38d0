#include "native/stall_programs.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "bpf/records.h"
#include "native/failure.h"

namespace hopscope::native {
namespace {

struct Program {
  const char* name;    // of its tracepoint
  const char* unseen;  // without it

  std::string function() const { return std::string("on_") + name; }
};

constexpr Program kPrograms[] = {
    {"sched_switch", "who takes the CPU"},
    {"sched_waking", "the wait for a CPU after a wake-up (it counts as blocked)"},
    {"sched_migrate_task", "moves to another CPU"},
    {"signal_generate", "who stops a thread"},
    {"irq_handler_entry", "device interrupts"},
    {"irq_handler_exit", "device interrupts"},
    {"softirq_entry", "softirqs"},
    {"softirq_exit", "softirqs"},
    {"local_timer_entry", "timer ticks"},
    {"local_timer_exit", "timer ticks"},
    {"call_function_entry", "function-call IPIs"},
    {"call_function_exit", "function-call IPIs"},
    {"call_function_single_entry", "function-call IPIs to one CPU"},
    {"call_function_single_exit", "function-call IPIs to one CPU"},
    {"reschedule_entry", "reschedule IPIs"},
    {"reschedule_exit", "reschedule IPIs"},
    {"irq_work_entry", "irq_work IPIs"},
    {"irq_work_exit", "irq_work IPIs"},
    {"tlb_flush", "TLB shootdowns (they count as IPIs)"},
    {"page_fault_user", "page faults"},
    {"sys_enter", "system calls"},
    {"sys_exit", "system calls"},
    {"cpu_frequency", "changes of the CPU's frequency"},
};

bool is_syscall(const Program& program) { return std::string_view(program.name).starts_with("sys_"); }

bool contains(const std::vector<std::string>& list, const char* name) { return std::find(list.begin(), list.end(), name) != list.end(); }

std::string sentence(const Program& program, const std::string& why) {
  return std::string("stalls: ") + program.unseen + " cannot be seen: no " + program.name + " (" + why + ")";
}

// With the named programs only.
std::unique_ptr<BpfObject> load_these(const StallOptions& options, std::uint32_t output_bytes, const std::vector<std::string>& programs) {
  auto object = std::make_unique<BpfObject>(options.object_directory, "stalls");
  object->set_max_entries("output", output_bytes);
  for (const Program& program : kPrograms)
    if (!contains(programs, program.name)) object->leave_out(program.function().c_str());
  object->load();
  return object;
}

}  // namespace

StallPrograms::StallPrograms(const StallOptions& options) {
  const auto page_bytes = static_cast<std::uint32_t>(getpagesize());
  if (options.output_bytes < page_bytes || (options.output_bytes & (options.output_bytes - 1)))
    throw Failure("stalls: outputBytes " + std::to_string(options.output_bytes) + " is no ring size: a power of two, at least " +
                  std::to_string(page_bytes));
  for (const char* needed : {"btf", "tp_btf", "ringbuf"}) {
    if (!contains(options.deny, needed)) continue;
    missing_.push_back(std::string("stalls: no kernel event can be seen: ") + needed + " is denied by the settings");
    return;
  }
  if (!in_first_pid_namespace()) {
    missing_.push_back(
        "stalls: no kernel event can be seen from within a PID namespace: run on the host, or the container with --pid=host");
    return;
  }
  load(options);
}

// BPF sees the ids of the first PID namespace, whose number is fixed (PROC_PID_INIT_INO of include/linux/proc_ns.h).
bool StallPrograms::in_first_pid_namespace() {
  char link[64] = {};
  return readlink("/proc/self/ns/pid", link, sizeof link - 1) < 0 || std::string_view(link) == "pid:[4026531836]";
}

void StallPrograms::load(const StallOptions& options) {
  for (const Program& program : kPrograms)
    if (options.syscalls || !is_syscall(program)) loaded_.push_back(program.name);
  std::string why;
  try {
    object_ = load_these(options, options.output_bytes, loaded_);
    return;
  } catch (const Failure& failure) {
    why = failure.what();
  }
  // libbpf loads all or none: find out which of them this kernel refuses.
  std::vector<std::string> accepted;
  for (const Program& program : kPrograms) {
    if (!contains(loaded_, program.name)) continue;
    try {
      load_these(options, static_cast<std::uint32_t>(getpagesize()), {program.name});
      accepted.push_back(program.name);
    } catch (const Failure& failure) {
      missing_.push_back(sentence(program, failure.cause()));
    }
  }
  loaded_ = std::move(accepted);
  if (loaded_.empty()) missing_.clear();
  try {
    if (!loaded_.empty()) object_ = load_these(options, options.output_bytes, loaded_);
  } catch (const Failure& failure) {
    why = failure.what();
  }
  if (!object_) missing_.push_back("stalls: no kernel event can be seen: " + why);
}

void StallPrograms::attach(int pid, const std::vector<std::uint32_t>& tids) {
  if (pid <= 0 || tids.empty() || tids.size() > HS_THREADS_MAX || std::find(tids.begin(), tids.end(), 0u) != tids.end())
    throw Failure("stalls: process " + std::to_string(pid) + " with " + std::to_string(tids.size()) +
                  " threads cannot be watched: pass the engine page's pid and tids, 1 to " + std::to_string(HS_THREADS_MAX) + " of them");
  if (!links_.empty()) throw Failure("stalls: already attached: open another session for another engine");
  if (!object_) return;
  hs_stall_engine engine{.tgid = static_cast<hs_u32>(pid), .tids = {}};
  std::copy(tids.begin(), tids.end(), engine.tids);
  const std::uint32_t zero = 0;
  if (bpf_map_update_elem(object_->map_fd(".data.engine"), &zero, &engine, BPF_ANY))
    throw Failure(std::string("stalls: the programs cannot be told whom to watch: ") + std::strerror(errno) + ": see `hopscope doctor`");
  for (const Program& program : kPrograms) {
    if (!contains(loaded_, program.name)) continue;
    try {
      links_.push_back(object_->attach(program.function().c_str()));
    } catch (const Failure& failure) {
      missing_.push_back(sentence(program, failure.cause()));
    }
  }
}

}  // namespace hopscope::native
