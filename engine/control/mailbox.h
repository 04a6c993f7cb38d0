// The engine's end of the commands that come while it runs (struct hs_mailbox of the telemetry page).
//
// A thread of its own on the housekeeping CPU looks into the page, reads a command's text, hands the OMS an object that is ready
// (oms::CommandSlot), waits until it was carried out between two messages of the feed, and writes the answer. The OMS's thread neither
// reads text nor waits for anybody. Where no market data comes, the command is taken back: nothing was done then.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bpf/records.h"
#include "engine/oms/command.h"

namespace hopscope::control {

// One command that the OMS has taken and that was to change something.
struct Commanded {
  std::uint64_t market_ns = 0;
  std::string what;     // in the trader's words
  std::string refused;  // why; empty: it was carried out
};

class Mailbox {
 public:
  static constexpr std::uint64_t kPatienceNs = 2'000'000'000;  // wall time for the OMS to take a command

  // Both must outlive it.
  Mailbox(hs_mailbox& words, oms::CommandSlot& slot, std::uint64_t patience_ns = kPatienceNs)
      : words_(words), slot_(slot), patience_ns_(patience_ns) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  ~Mailbox() { stop(); }

  // Empty string, or one line with its remedy.
  std::string start(int housekeeping_cpu);
  // A command that is there then is refused.
  void stop();

  // After stop(), oldest first.
  const std::vector<Commanded>& commanded() const { return commanded_; }
  std::size_t carried_out() const { return carried_out_; }

 private:
  void run();
  void serve(std::uint64_t number);
  bool hand_over(oms::Command& command);
  void answer(std::uint64_t number, hs_answer outcome, std::string_view text);

  hs_mailbox& words_;
  oms::CommandSlot& slot_;
  const std::uint64_t patience_ns_;
  std::vector<Commanded> commanded_;  // the first of them
  std::size_t carried_out_ = 0;       // of all
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace hopscope::control
