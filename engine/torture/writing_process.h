// A process that runs a venue with the product's journal on a real file, until it is killed with SIGKILL.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "engine/core/plan.h"

namespace hopscope::torture {

class WritingProcess {
 public:
  // plan.journal says where and how; so many records are appended, then it waits. The caller must have no other thread.
  WritingProcess(const core::Plan& plan, std::uint64_t records);
  WritingProcess(const WritingProcess&) = delete;
  WritingProcess& operator=(const WritingProcess&) = delete;
  ~WritingProcess();

  // Waits until so many records have been appended, or the process has ended by itself.
  void await(std::uint64_t appended);
  // Waits until all of them are on the device, likewise.
  void await_end();
  // kill -9. Afterwards acknowledged() does not change any more.
  void kill();

  // Of this record and all before it the journal has said that they are as durable as the plan asked for.
  std::uint64_t acknowledged() const;
  // Non-empty: it could not write; the journal's own line.
  std::string error() const;

 private:
  struct Shared {
    std::atomic<std::uint64_t> appended;
    std::atomic<std::uint64_t> acknowledged;
    std::atomic<bool> failed;
    char error[512];
  };

  static void write(const core::Plan& plan, std::uint64_t records, Shared& shared);
  bool ended();

  Shared* shared_ = nullptr;  // with the child
  pid_t pid_ = -1;            // -1: gone
  bool fork_failed_ = false;
};

}  // namespace hopscope::torture
