// A snapshot's format: a header, then the chunks of a state (snapshot_source.h): a venue's (engine/venue/engine_state.h) or
// the OMS's (oms_state.h), each with a header of its own.
//
//   file    header (64) | chunk of the whole | chunks of its symbols, lowest locate first
//   chunk   header (48) | payload
//
// Every chunk says which journal it is of and at which of its records it was taken: one that does not say what the file's header says is
// another snapshot's. The CRCs cover every byte. Little endian.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hopscope::recovery {

inline constexpr std::uint32_t kSnapshotVersion = 2;

struct SnapshotHeader {
  std::uint64_t magic = kMagic;
  std::uint32_t version = kSnapshotVersion;
  std::uint32_t venue = 0;          // index; journal::kOmsJournal: the OMS
  std::uint64_t run = 0;            // key of the journal (journal/block.h)
  std::uint64_t record = 0;         // the last one of the journal whose consequences are in it
  std::uint64_t feed_sequence = 0;  // the last feed message
  std::uint64_t block = 0;          // of the journal, with that record: what is behind the snapshot begins in it or in the next
  std::uint64_t size_bytes = 0;     // of the file
  std::uint32_t chunks = 0;
  std::uint32_t crc = 0;  // CRC32C of everything before it

  static constexpr std::uint64_t kMagic = 0x3150414e53504f48ull;  // "HOPSNAP1"
};
static_assert(sizeof(SnapshotHeader) == 64 && offsetof(SnapshotHeader, run) == 16 && offsetof(SnapshotHeader, size_bytes) == 48);
static_assert(offsetof(SnapshotHeader, crc) == 60);

enum class ChunkKind : std::uint16_t { Whole = 1, Symbol = 2 };

struct ChunkHeader {
  std::uint32_t magic = kMagic;
  ChunkKind kind = ChunkKind::Whole;
  std::uint16_t locate = 0;  // of a symbol
  std::uint64_t run = 0;
  std::uint64_t record = 0;
  std::uint64_t feed_sequence = 0;
  std::uint64_t payload_bytes = 0;
  std::uint32_t reserved = 0;
  std::uint32_t crc = 0;  // CRC32C of the header before it, then of the payload

  static constexpr std::uint32_t kMagic = 0x43535348u;  // "HSSC"
};
static_assert(sizeof(ChunkHeader) == 48 && offsetof(ChunkHeader, run) == 8 && offsetof(ChunkHeader, payload_bytes) == 32);
static_assert(offsetof(ChunkHeader, crc) == 44);

}  // namespace hopscope::recovery
