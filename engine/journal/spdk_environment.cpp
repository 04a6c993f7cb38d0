#include "engine/journal/spdk_environment.h"

#include <rte_eal.h>
#include <spdk/env_dpdk.h>
#include <spdk/init.h>
#include <spdk/log.h>
#include <spdk/rpc.h>
#include <spdk/thread.h>

#include <atomic>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <mutex>

namespace hopscope::journal::spdk {
namespace {

// An NVMe controller may take CAP.TO, up to 127.5 s, to become ready; those that run at all are ready after a few seconds.
constexpr int kStartSeconds = 30;
constexpr int kStopSeconds = 10;

struct Outcome {  // of what SPDK does in its own time
  bool done = false;
  int error = 0;
};

struct Environment {
  std::mutex mutex;  // of everything but `polling`
  bool started = false;
  std::string error;  // why it does not work; SPDK cannot be started a second time
  unsigned users = 0;
  spdk_thread* app = nullptr;
  Outcome outcome;                              // of the step under way; outlives a step that is given up
  std::atomic_flag polling = ATOMIC_FLAG_INIT;  // the app thread is having a turn
};

Environment& environment() {
  static Environment only;
  return only;
}

struct Complaint {
  std::mutex mutex;
  std::string last;
};

Complaint& complaint() {
  static Complaint only;
  return only;
}

// SPDK tells what went wrong in its log alone: a function's errno says no more than EINVAL.
void take_log_line(int level, const char*, int, const char*, const char* format, va_list arguments) {
  if (level > SPDK_LOG_WARN) return;
  char line[512];
  std::vsnprintf(line, sizeof line, format, arguments);
  std::string text(line);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::fprintf(stderr, "spdk: %s\n", text.c_str());
  if (level != SPDK_LOG_ERROR) return;
  const std::lock_guard lock(complaint().mutex);
  complaint().last = text;
}

std::string with_complaint(const std::string& what) {
  const std::lock_guard lock(complaint().mutex);
  return what + (complaint().last.empty() ? "" : " (" + complaint().last + ")");
}

void note_outcome(int error, void* context) { *static_cast<Outcome*>(context) = {true, error}; }
void note_end(void* context) { note_outcome(0, context); }

// One step of the start. Empty, or what SPDK says.
template <class Start>
bool run_step(Environment& env, Start start) {
  env.outcome = {};
  start();
  return poll_until(env.app, kStartSeconds, [&env] { return env.outcome.done; }) && env.outcome.error == 0;
}

std::string configure(Environment& env, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string json((std::istreambuf_iterator<char>(file)), {});
  if (!file.good() || json.empty())
    return "journal.spdk.config: " + path + " cannot be read: name a JSON configuration of SPDK (docs/spdk.md)";
  const auto load = [&] { spdk_subsystem_load_config(json.data(), static_cast<ssize_t>(json.size()), note_outcome, &env.outcome, true); };
  const std::string refused = "journal.spdk.config: SPDK does not take " + path;
  // Twice: first what has to be said before the subsystems start (sizes of pools), then what they are to do (the bdevs).
  if (!run_step(env, load)) return with_complaint(refused) + ": correct it (docs/spdk.md)";
  if (!run_step(env, [&] { spdk_subsystem_init(note_outcome, &env.outcome); }))
    return with_complaint("journal: SPDK's bdev layer does not start") + ": raise journal.spdk.memory, or lower its pools (docs/spdk.md)";
  spdk_rpc_set_state(SPDK_RPC_RUNTIME);
  if (!run_step(env, load)) return with_complaint(refused) + ": correct it, or raise journal.spdk.memory (docs/spdk.md)";
  return {};
}

std::string start(Environment& env, const core::SpdkPlan& plan) {
  spdk_log_open(take_log_line);
  if (const int error = spdk_env_dpdk_post_init(rte_eal_has_hugepages() == 0); error != 0)
    return with_complaint("journal: SPDK does not work with this DPDK") +
           ": build SPDK for it (docs/spdk.md), or use another journal.device";
  if (spdk_thread_lib_init(nullptr, 0) != 0 || (env.app = spdk_thread_create("hopscope", nullptr)) == nullptr)
    return with_complaint("journal: SPDK has no memory for its threads") + ": raise journal.spdk.memory";
  spdk_set_thread(env.app);
  return configure(env, plan.config);
}

void end(Environment& env) {
  spdk_set_thread(env.app);
  env.outcome = {};
  spdk_subsystem_fini(note_end, &env.outcome);
  const auto ended = [&env] { return env.outcome.done; };
  const auto exited = [&env] { return spdk_thread_is_exited(env.app); };
  if (!poll_until(env.app, kStopSeconds, ended) || spdk_thread_exit(env.app) != 0 || !poll_until(env.app, kStopSeconds, exited)) return;
  spdk_thread_destroy(env.app);
  spdk_thread_lib_fini();
  spdk_env_dpdk_post_fini();
}

}  // namespace

std::string enter(const core::SpdkPlan& plan, const std::string& name, spdk_thread*& thread) {
  Environment& env = environment();
  const std::lock_guard lock(env.mutex);
  if (!env.started) {
    env.started = true;
    env.error = start(env, plan);
  }
  if (!env.error.empty()) return env.error;
  thread = spdk_thread_create(name.c_str(), nullptr);
  if (!thread) return with_complaint("journal: SPDK has no memory for a thread") + ": raise journal.spdk.memory";
  spdk_set_thread(thread);
  ++env.users;
  return {};
}

void leave(spdk_thread* thread) {
  spdk_set_thread(thread);
  const bool exited = spdk_thread_exit(thread) == 0 && poll_until(thread, kStopSeconds, [&] { return spdk_thread_is_exited(thread); });
  if (exited) spdk_thread_destroy(thread);
  spdk_set_thread(nullptr);
  Environment& env = environment();
  const std::lock_guard lock(env.mutex);
  if (--env.users > 0) return;
  env.error = "journal: SPDK has been ended in this process and cannot be started again: start another";
  if (exited) end(env);
  spdk_set_thread(nullptr);
}

void poll_app_thread() {
  Environment& env = environment();
  if (env.polling.test_and_set(std::memory_order_acquire)) return;
  spdk_thread_poll(env.app, 0, 0);
  env.polling.clear(std::memory_order_release);
}

bool poll_until(spdk_thread* thread, int seconds, const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    if (thread != environment().app) spdk_thread_poll(thread, 0, 0);
    poll_app_thread();
  }
  return true;
}

}  // namespace hopscope::journal::spdk
