// One network build of the engine: reads the plan, places the roles on lcores, runs. Started by `hopscope run`.
//
// Exit codes: 0 the run came to its planned or commanded end; 1 it failed, the reason stands in the telemetry page and on stderr;
// 2 the plan cannot be used.
// Signals: INT and TERM end the run in order, USR1 pulls the kill switch, HUP (the kernel's, when the orchestrator dies) does both.
#include <sys/prctl.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include "engine/core/page.h"
#include "engine/core/plan.h"
#include "engine/echo.h"
#include "engine/net/captured.h"
#include "engine/net/impaired.h"
#include "engine/net/network.h"
#include "engine/net/recovered.h"
#include "engine/pipeline.h"
#include "engine/risk/kill_switch.h"

namespace {

std::atomic<bool> interrupted{false};

void on_signal(int) { interrupted.store(true, std::memory_order_relaxed); }

std::atomic<hs_kill_switch*> kill_words{nullptr};  // null: there is no page yet
static_assert(std::atomic<hs_kill_switch*>::is_always_lock_free);

void pull_kill_switch(hs_kill_cause cause) {
  if (hs_kill_switch* words = kill_words.load(std::memory_order_relaxed)) hopscope::risk::KillSwitch(*words).pull(cause);
}

void on_kill(int) { pull_kill_switch(HS_KILL_SIGNAL); }

// Nobody is left to steer it: no more orders, all that are open are cancelled, and the run ends in order. Should it hang, it is ended.
void on_orphaned(int) {
  constexpr unsigned kPatienceSeconds = 5;
  pull_kill_switch(HS_KILL_ORCHESTRATOR);
  alarm(kPatienceSeconds);
  on_signal(0);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigaction(signal, &action, nullptr);
}

// An engine without its orchestrator is a core spinning for nobody.
bool end_with(pid_t orchestrator) {
  handle(SIGHUP, on_orphaned);
  prctl(PR_SET_PDEATHSIG, SIGHUP);
  return getppid() == orchestrator;  // false: it died before the request took hold
}

template <class Network>
std::string run(const hopscope::core::Plan& plan, hopscope::core::Page& page) {
  return hopscope::Pipeline<Network>(plan, page).run(interrupted);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || std::strcmp(argv[1], "--plan") != 0) {
    std::fprintf(stderr, "usage: %s --plan FILE (plans are written by `hopscope run`)\n", argv[0]);
    return 2;
  }
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
  handle(SIGUSR1, on_kill);
  std::signal(SIGPIPE, SIG_IGN);

  hopscope::core::Plan plan;
  std::string error = hopscope::core::read_plan(argv[2], plan);
  if (error.empty() && plan.build != hopscope::net::Network::kName)
    error = std::string("plan is for build ") + plan.build + ", this is " + hopscope::net::Network::kName;
  if (!error.empty()) {
    std::fprintf(stderr, "hopscope-engine: %s\n", error.c_str());
    return 2;
  }

  if (!end_with(plan.orchestrator_pid)) {
    std::fprintf(stderr, "hopscope-engine: process %d, which wrote the plan, is not the parent: start engines through `hopscope run`\n",
                 plan.orchestrator_pid);
    return 2;
  }

  if (plan.mode == hopscope::core::Mode::Echo) {
    error = hopscope::Echo<hopscope::net::Network>(plan).run(interrupted);
    if (!error.empty()) std::fprintf(stderr, "hopscope-engine: %s\n", error.c_str());
    return error.empty() ? 0 : 1;
  }

  hopscope::core::Page page;
  error = page.create(plan);
  if (error.empty()) {
    kill_words.store(&page->kill, std::memory_order_relaxed);
    using hopscope::net::Network;
    using Wrapped = hopscope::net::Recovered<hopscope::net::Captured<hopscope::net::Impaired<Network>>>;
    // Two pipelines, so that a run with neither a capture nor an impairment has no trace of one on its path.
    const bool plain = plan.capture.path.empty() && !plan.impair.any();
    error = plain ? run<Network>(plan, page) : run<Wrapped>(plan, page);
    kill_words.store(nullptr, std::memory_order_relaxed);
    if (!error.empty()) page.fail(error);
  }
  if (!error.empty()) std::fprintf(stderr, "hopscope-engine: %s\n", error.c_str());
  return error.empty() ? 0 : 1;
}
