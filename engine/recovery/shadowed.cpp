#include "engine/recovery/shadowed.h"

#include "engine/recovery/oms_ledger.h"
#include "engine/recovery/oms_state.h"
#include "engine/recovery/replay.h"

namespace hopscope::recovery {
namespace {

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

class ShadowedVenue final : public Shadowed {
 public:
  ShadowedVenue(const core::Plan& plan, unsigned venue) : replay_(plan, venue) {}
  std::string open() override { return replay_.open(); }
  bool take(const journal::Record& record) override { return replay_.take(record); }
  std::string difference() const override { return "(did it lose feed packets?) " + first_line(replay_.difference()); }
  bool at_rest() const override { return replay_.at_rest(); }
  std::string write(SnapshotWriter& writer, const std::string& directory, const SnapshotHeader& at) const override {
    return writer.write(directory, at, VenueState(replay_.engine()));
  }

 private:
  Replay replay_;
};

class ShadowedOms final : public Shadowed {
 public:
  std::string open() override { return {}; }
  bool take(const journal::Record& record) override { return ledger_.take(record); }
  std::string difference() const override { return first_line(ledger_.contradiction()); }
  bool at_rest() const override { return ledger_.at_rest(); }
  std::string write(SnapshotWriter& writer, const std::string& directory, const SnapshotHeader& at) const override {
    return writer.write(directory, at, OmsState(ledger_));
  }

 private:
  OmsLedger ledger_;
};

}  // namespace

std::unique_ptr<Shadowed> make_shadowed(const core::Plan& plan, unsigned venue) {
  if (venue == journal::kOmsJournal) return std::make_unique<ShadowedOms>();
  return std::make_unique<ShadowedVenue>(plan, venue);
}

}  // namespace hopscope::recovery
