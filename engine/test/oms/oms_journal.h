// The OMS's journal in memory, and its records read back.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "engine/journal/block.h"
#include "engine/journal/journal.h"

namespace hopscope::oms {

class OmsJournal {
 public:
  OmsJournal() {
    core::JournalPlan plan;
    plan.device = core::JournalDevice::Memory;
    plan.size_bytes = 1 << 23;
    EXPECT_EQ(journal.open(plan, journal::kOmsJournal, "run-1", 0), "");
  }

  // All so far.
  std::vector<journal::Record> records() {
    while (journal.poll()) {
    }
    std::vector<journal::Record> found;
    const std::span<const std::byte> ring = journal.memory();
    journal::BlockHeader first, header;
    std::memcpy(&first, ring.data(), sizeof first);
    for (std::size_t at = 0; journal::check_block(ring.subspan(at), first.run, header) == journal::BlockState::Good;
         at += header.stored_bytes)
      for (std::uint32_t i = 0; i < header.record_count; ++i)
        std::memcpy(&found.emplace_back(), ring.data() + at + journal::kHeaderBytes + i * journal::kRecordBytes, journal::kRecordBytes);
    return found;
  }
  std::vector<journal::Record> of_type(journal::RecordType type) {
    std::vector<journal::Record> found = records();
    std::erase_if(found, [type](const journal::Record& record) { return record.type != type; });
    return found;
  }

  journal::Journal journal;
};

}  // namespace hopscope::oms
