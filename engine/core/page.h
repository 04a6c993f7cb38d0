// The telemetry page: how the orchestrator sees and steers a running engine without touching its hot path.
//
// One file (plan.page_path, in /dev/shm), created by the engine, mapped by the addon. The orchestrator removes it. Counters are summed into
// it about once a millisecond by the first lcore; the gap rings are written in place by the threads they belong to.
#pragma once

#include <string>
#include <vector>

#include "bpf/records.h"
#include "engine/core/counters.h"
#include "engine/core/plan.h"

namespace hopscope::core {

class Page {
 public:
  Page() = default;
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  ~Page();

  // At plan.page_path; whoever finds it learns there which run it is, and how its records come out. Returns an empty string or one line
  // with its remedy.
  std::string create(const Plan& plan);

  hs_page& operator*() { return *page_; }
  hs_page* operator->() { return page_; }

  void set_state(hs_state state) { __atomic_store_n(&page_->state, static_cast<hs_u32>(state), __ATOMIC_RELEASE); }
  hs_command command() const { return static_cast<hs_command>(__atomic_load_n(&page_->command, __ATOMIC_ACQUIRE)); }
  void fail(const std::string& line);

  // Sums the sources' counters into the page. Sources stay owned by their roles.
  void publish(const std::vector<const Counters*>& sources, std::uint64_t now_tsc);

 private:
  hs_page* page_ = nullptr;
};

}  // namespace hopscope::core
