// A venue's start behind a crash: what the reader returns of its journal is replayed into a new matching engine. And the comparison with a
// venue that nothing has happened to.
#pragma once

#include <cstdint>
#include <string>

#include "engine/core/digest.h"
#include "engine/core/plan.h"
#include "engine/journal/reader.h"
#include "engine/recovery/replay.h"
#include "engine/torture/positions.h"

namespace hopscope::torture {

// One journal's. The replay is that of `hopscope journal verify --replay`: outputs must come out as they stand there.
//
// A journal that was cut off may end among the records of one request. Its outputs are had again from its input; but where the journal ends
// with an order, a replacement or a mass cancel without any answer, terms may be missing, or the refusal at the door: such a request is
// left out, as if it had never arrived.
class Recovery {
 public:
  explicit Recovery(const core::Plan& plan) : replay_(plan, 0) {}

  void run(const std::string& path);

  const journal::FileContent& content() const { return content_; }
  // Non-empty: the replay of what was returned differs from it.
  const std::string& difference() const { return replay_.difference(); }
  std::uint64_t settled() const { return settled_; }                 // the last record that counts
  std::uint64_t feed_messages() const { return replay_.applied(); }  // that the engine has seen
  const venue::MatchingEngine& engine() const { return replay_.engine(); }
  const Positions& positions() const { return positions_; }

 private:
  recovery::Replay replay_;
  Positions positions_;
  journal::FileContent content_;
  std::uint64_t settled_ = 0;
};

// Empty, or in one line how the recovered journal differs from an uninterrupted run of the same plan: in a record, or in books, open orders
// or positions at the same sequence. undamaged bytes of `path` must not have changed since the recovery.
std::string compare_with_uninterrupted(const core::Plan& plan, const std::string& path, const Recovery& recovery);

}  // namespace hopscope::torture
