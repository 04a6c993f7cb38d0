// A venue that runs with the engine's journal on a faulty device, and what the journal has acknowledged of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/plan.h"
#include "engine/core/random.h"
#include "engine/journal/journal.h"
#include "engine/torture/faulty_device.h"

namespace hopscope::torture {

class DeviceRun {
 public:
  // schedule: how many records go into the journal between two looks at the device, and how many looks there are then. Runs that draw the
  // same, on devices that draw the same, lay their blocks in the same places.
  DeviceRun(const core::Plan& plan, const DeviceTraits& traits, const core::Random& device, const core::Random& schedule,
            std::vector<std::byte>& medium);

  // The journal is opened, and its venue runs for so many records and looks at the device, or until the journal fails.
  void run(std::uint32_t events);
  // As at the end of a run, or behind a failure.
  void close();
  void cut(Cut kind) { device_->cut(kind); }

  const core::Plan& plan() const { return plan_; }
  const FaultyDevice& device() const { return *device_; }
  // The journal's; non-empty: it could not be opened, or has failed.
  const std::string& error() const { return error_; }
  std::uint64_t appended() const { return appended_; }
  // Of this record and all before it the journal says that they are durable.
  std::uint64_t acknowledged() const;
  // Empty, or what was wrong with what it said meanwhile.
  const std::string& wrong() const { return wrong_; }

 private:
  void append(const journal::Record& record);
  void look();
  void look_again();

  const core::Plan plan_;
  core::Random schedule_;
  std::unique_ptr<FaultyDevice> opened_;  // until the journal has it
  FaultyDevice* const device_;
  journal::Journal journal_;
  bool open_ = false;
  std::string error_;
  std::string wrong_;
  std::uint64_t appended_ = 0;
  std::vector<std::uint64_t> last_record_;  // by block sequence - 1
};

}  // namespace hopscope::torture
