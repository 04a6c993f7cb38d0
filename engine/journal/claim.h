// A closed block on its way from the queue to the device, and its sealing by whoever writes it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/journal/block.h"

namespace hopscope::journal {

struct Claim {
  std::byte* bytes = nullptr;
  std::uint64_t sequence = 0;
  std::uint64_t first_record = 0;
  std::uint32_t records = 0;
};

struct JournalIdentity {  // what every block of one journal has in common
  std::uint64_t run = 0;
  std::uint32_t venue = 0;
  std::size_t alignment_bytes = kFileAlignmentBytes;

  // id of a block at the sites journal.write and journal.durable (bpf/records.h, hs_hop_hit)
  std::uint64_t site_id(std::uint64_t block) const { return std::uint64_t{venue} << 48 | block; }
};

// released: the last block that is not needed any more. Returns how many bytes the block takes on the device.
inline std::uint32_t seal(const Claim& claim, const JournalIdentity& identity, std::uint64_t released = 0) {
  BlockHeader header;
  header.run = identity.run;
  header.venue = identity.venue;
  header.sequence = claim.sequence;
  header.first_record = claim.first_record;
  header.record_count = claim.records;
  header.payload_bytes = static_cast<std::uint32_t>(claim.records * kRecordBytes);
  header.stored_bytes = stored_bytes(claim.records, identity.alignment_bytes);
  header.released = released;
  seal_block(claim.bytes, header);
  return header.stored_bytes;
}

}  // namespace hopscope::journal
