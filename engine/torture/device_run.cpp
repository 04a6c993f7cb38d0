#include "engine/torture/device_run.h"

#include <utility>

#include "engine/torture/venue_run.h"

namespace hopscope::torture {

DeviceRun::DeviceRun(const core::Plan& plan, const DeviceTraits& traits, const core::Random& device, const core::Random& schedule,
                     std::vector<std::byte>& medium)
    : plan_(plan), schedule_(schedule), opened_(std::make_unique<FaultyDevice>(traits, device, medium)), device_(opened_.get()) {}

// A few records between two looks, as when orders are rare, beside so many that they come to several full blocks: then the journal has to
// wait for its device.
void DeviceRun::run(std::uint32_t events) {
  constexpr int kAnyCpu = 0;  // of a helper, which there is none of here
  error_ = journal_.open(plan_.journal, kVenue, plan_.run_id, kAnyCpu, core::Scheduler::Other, std::move(opened_));
  open_ = error_.empty();
  if (!open_) return;
  VenueRun run(plan_);
  std::uint32_t until_look = 0;
  while (true) {
    for (const journal::Record& record : run.step()) {
      if (until_look == 0) {
        for (std::uint32_t looks = 1 + schedule_.below(4); looks > 0; --looks, --events) {
          if (events == 0) return;
          look();
        }
        until_look = 1 + schedule_.below(schedule_.below(3) == 0 ? 400 : 12);
      }
      if (journal_.failed()) return look_again();
      if (events == 0) return;
      append(record);
      --until_look;
      --events;
    }
  }
}

void DeviceRun::append(const journal::Record& record) {
  const std::uint64_t block = journal_.append(record);
  if (journal_.failed()) return;  // while it waited for the device: the record is nowhere
  ++appended_;
  if (block > last_record_.size()) last_record_.push_back(0);
  if (block != last_record_.size()) wrong_ = "record " + std::to_string(appended_) + " is said to stand in block " + std::to_string(block);
  last_record_.back() = appended_;
}

// The venue has not noticed yet that its journal has failed.
void DeviceRun::look_again() {
  error_ = journal_.error();
  for (int looks = 0; looks < 20; ++looks) look();
}

void DeviceRun::close() {
  if (!open_) return;
  const bool failed = journal_.failed();
  const std::uint64_t acknowledged_before = acknowledged();
  error_ = journal_.close();
  if (failed && acknowledged() != acknowledged_before) wrong_ = "closing a journal that has failed acknowledged records";
}

void DeviceRun::look() {
  const bool failed = journal_.failed();
  const std::uint64_t acknowledged_before = acknowledged();
  journal_.poll();
  if (failed && acknowledged() != acknowledged_before) wrong_ = "records were acknowledged after the journal had failed";
  const journal::BlockProgress& progress = journal_.progress();
  const std::uint64_t submitted = device_->blocks().size();
  if (progress.written() > submitted)
    wrong_ = "block " + std::to_string(progress.written()) + " is said to be with the device, which has " + std::to_string(submitted);
}

std::uint64_t DeviceRun::acknowledged() const {
  const std::uint64_t block = journal_.progress().durable();
  return block == 0 ? 0 : last_record_[block - 1];
}

}  // namespace hopscope::torture
