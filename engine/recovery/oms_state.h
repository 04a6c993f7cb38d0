// The state of an OMS that was rebuilt from its journal, as bytes and back: everything that judging its later records depends on, its
// router's and its gate's too. docs/journal.md has the chunks byte by byte.
//
// Between two orders only (OmsLedger::at_rest).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "engine/recovery/oms_ledger.h"
#include "engine/recovery/snapshot_source.h"

namespace hopscope::recovery {

// Looks at the ledger when it is made, which must not change as long as this lives.
class OmsState final : public SnapshotSource {
 public:
  explicit OmsState(const OmsLedger& ledger);
  std::uint64_t feed_sequence() const override { return ledger_.feed_sequence_; }
  std::uint16_t max_locate() const override { return symbols_.empty() ? 0 : symbols_.rbegin()->first; }
  void save_whole(std::vector<std::byte>& to) const override;
  void save_symbol(std::uint16_t locate, std::vector<std::byte>& to) const override;

 private:
  struct Symbol {
    std::vector<std::uint64_t> orders;  // open, lowest id first
    std::vector<std::uint8_t> venues;   // with a position, lowest first
  };

  const OmsLedger& ledger_;
  std::map<std::uint16_t, Symbol> symbols_;
};

// Into a new ledger.
class RestoredOms final : public SnapshotTarget {
 public:
  explicit RestoredOms(OmsLedger& ledger) : ledger_(ledger) {}
  std::uint64_t feed_sequence() const override { return ledger_.feed_sequence_; }
  bool restore_whole(std::span<const std::byte> chunk) override;
  bool restore_symbol(std::span<const std::byte> chunk, std::uint16_t locate) override;

 private:
  OmsLedger& ledger_;
};

}  // namespace hopscope::recovery
