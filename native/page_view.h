// The engine's telemetry page, mapped by its reader. The mapping outlives the engine.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bpf/records.h"
#include "native/heartbeat.h"

namespace hopscope::native {

class PageView {
 public:
  // Throws Failure: no such file (yet), not a page, or of another version.
  explicit PageView(const std::string& path);
  ~PageView() { close(); }
  PageView(const PageView&) = delete;
  PageView& operator=(const PageView&) = delete;

  const hs_page& page() const;
  void command(hs_command command);
  // No child order leaves the engine any more, and what is open is cancelled, until arm().
  void kill(hs_kill_cause by);
  // Takes back the trip that is there at this moment, should nobody pull the switch again before the engine has seen this.
  void arm();
  // Puts a command into the engine's mailbox; returns its number. Throws Failure while an earlier one has no answer, and where it is too
  // long.
  std::uint64_t ask(std::string_view text);
  struct Answer {
    bool done = false;  // false: refused
    std::string text;
  };
  // None: not yet.
  std::optional<Answer> answer(std::uint64_t number) const;
  // From now until close() the engine can tell that this process is there and runs.
  void beat();
  // Who drains the engine's records, 0: nobody.
  void set_collector(hs_u32 pid);
  void close();

  // The word that tells whether what was published before it may be read.
  hs_state state() const { return static_cast<hs_state>(__atomic_load_n(&page().state, __ATOMIC_ACQUIRE)); }
  double tsc_hz() const { return static_cast<double>(page().tsc_millihertz) / 1e3; }
  // Of the measured phase; up to the last heartbeat while it lasts.
  double measure_seconds() const;
  // Since the engine last published; negative before the first time.
  double heartbeat_age_ms() const;

 private:
  hs_page* page_ = nullptr;
  std::unique_ptr<Heartbeat> heartbeat_;
};

}  // namespace hopscope::native
