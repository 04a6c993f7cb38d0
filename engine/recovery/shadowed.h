// What a shadow does again from a journal, and takes snapshots of: a venue's business, or what the OMS decided and heard.
#pragma once

#include <memory>
#include <string>

#include "engine/core/plan.h"
#include "engine/journal/record.h"
#include "engine/recovery/snapshot_format.h"
#include "engine/recovery/snapshot_writer.h"

namespace hopscope::recovery {

class Shadowed {
 public:
  virtual ~Shadowed() = default;
  virtual std::string open() = 0;  // empty, or one line with its remedy
  // The journal's next record. False: it is not what should stand there, difference() says why in one line.
  virtual bool take(const journal::Record& record) = 0;
  virtual std::string difference() const = 0;
  virtual bool at_rest() const = 0;  // a snapshot can be taken behind the record that was taken last
  virtual std::string write(SnapshotWriter& writer, const std::string& directory, const SnapshotHeader& at) const = 0;
};

// venue: index, or journal::kOmsJournal.
std::unique_ptr<Shadowed> make_shadowed(const core::Plan& plan, unsigned venue);

}  // namespace hopscope::recovery
