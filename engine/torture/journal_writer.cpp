#include "engine/torture/journal_writer.h"

#include <span>

namespace hopscope::torture {

JournalWriter::JournalWriter(journal::BlockDevice& device, const journal::JournalIdentity& identity, std::uint32_t block_bytes,
                             const core::Random& layout)
    : device_(device), identity_(identity), layout_(layout), offset_(journal::kSuperblockBytes), done_(1, true) {
  if (!queue_.open(block_bytes)) error_ = "torture: no memory for the journal's blocks: free some memory";
  draw_group();
}

// Single records and few, as when orders are rare, beside blocks of any length up to full ones.
void JournalWriter::draw_group() {
  grouped_ = 0;
  group_ = 1 + layout_.below(layout_.below(3) == 0 ? 4 : queue_.capacity());
}

bool JournalWriter::append(const journal::Record& record) {
  if (!error_.empty() || !queue_.append(record, record.sequence, record.venue)) return false;
  if (++grouped_ < group_) return true;
  journal::Claim claim;
  if (queue_.claim(claim)) claimed_.push_back(claim);
  draw_group();
  return true;
}

void JournalWriter::poll() {
  std::uint64_t sequence = 0;
  std::string error;
  while (device_.reap(sequence, error)) {
    if (!error.empty()) error_ = error;
    if (!error_.empty()) return;
    --under_way_;
    done_[sequence] = true;
  }
  while (contiguous_ < blocks_.size() && done_[contiguous_ + 1]) {
    acknowledged_ = blocks_[contiguous_].last_record;
    queue_.release(++contiguous_);
  }
  while (error_.empty() && !claimed_.empty() && under_way_ < device_.depth()) {
    start(claimed_.front());
    claimed_.pop_front();
  }
}

void JournalWriter::start(const journal::Claim& claim) {
  const std::uint32_t stored = journal::seal(claim, identity_);
  if (offset_ + stored > device_.size_bytes()) {
    error_ = "torture: the device is full";
    return;
  }
  error_ = device_.submit(claim.sequence, offset_, std::span(claim.bytes, stored));
  if (!error_.empty()) return;
  const std::size_t used = journal::kHeaderBytes + claim.records * journal::kRecordBytes;
  blocks_.push_back({offset_, claim.first_record + claim.records - 1, stored, {claim.bytes, claim.bytes + used}});
  done_.push_back(false);
  offset_ += stored;
  ++under_way_;
}

}  // namespace hopscope::torture
