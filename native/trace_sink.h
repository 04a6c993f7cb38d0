// Where finished records end in the addon: as rows for the store.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/row_slab.h"
#include "native/rows.h"
#include "native/wall_clock.h"

namespace hopscope::native {

class TraceSink {
 public:
  explicit TraceSink(std::string_view run_id) : traces_(run_id), journal_(run_id) {}

  void set_clock(const WallClock& clock) { clock_ = clock; }
  const WallClock& clock() const { return clock_; }

  // False, and nothing is kept, when a field has a value that the store's enumerations lack: half a record, or not one of ours.
  bool add(const hs_capsule& capsule, Kept kept);
  void add(const hs_journal_trace& trace);

  RowSlab& traces() { return traces_; }
  RowSlab& journal() { return journal_; }
  std::uint64_t stored_capsules() const { return stored_capsules_; }
  std::uint64_t stored_journal() const { return stored_journal_; }

 private:
  WallClock clock_;
  RowSlab traces_;
  RowSlab journal_;
  std::uint64_t stored_capsules_ = 0;
  std::uint64_t stored_journal_ = 0;
};

}  // namespace hopscope::native
