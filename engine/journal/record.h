// What a journal stores: one fixed-layout record of 64 bytes for each thing that happened to a client order at a venue, or that the OMS
// decided, sent and heard.
//
// Little endian, no padding, business facts only: no time-stamp counter, no wall time (ClockCalibrated, KillTripped
// and KillArmed excepted). Two runs that did the
// same business therefore write the same records, and digest() over them tells whether they did.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "engine/core/digest.h"

namespace hopscope::journal {

static_assert(std::endian::native == std::endian::little, "the journal's file format is little endian; this processor would have to swap");

// Inputs are whole, so that a venue's outputs can be had again from them and the feed. Capital letters are those of the OUCH message that
// the record stands for, unless another has it already.
enum class RecordType : std::uint8_t {
  OrderEntered = 'O',         // input: a client order arrived
  OrderTerms = 'T',           // input: its terms, where it has any beyond its order type; stands behind OrderEntered
  CancelRequested = 'X',      // input: a client cancel arrived
  ReplaceRequested = 'u',     // input: `order` shall become `maker`, with price and quantity
  ModifyRequested = 'm',      // input
  MassCancelRequested = 'x',  // input: `order` is the request; locate 0: in all symbols
  AccountQueried = 'Q',       // input and answer
  Accepted = 'A',
  Executed = 'E',       // one trade, one record: `order` took, `maker` rested
  Cancelled = 'C',      // by request, or what did not trade of an order that is over
  Rejected = 'J',       // an order, a replacement or a mass cancel
  Replaced = 'U',       // `order` was `maker` before
  Modified = 'M',       // quantity: what it has left to execute
  MassCancelled = 'K',  // the orders' own Cancelled follow
  CancelRejected = 'I',
  Restated = 'R',  // an iceberg shows its next shares

  // The OMS's journal only. Accepted, Executed, Cancelled, Rejected and CancelRejected stand in it too: as the OMS heard them, behind what
  // the wire may have lost, with the market time that the venue's message gives.
  RunConfigured = 'c',
  LimitsSet = 'i',
  ClockCalibrated = 't',
  SymbolListed = 'y',
  Routed = 'r',       // the venue for an order, and every venue's score
  RiskPassed = 'p',   // by all checks
  RiskBlocked = 'b',  // by the check that `reason` names: that order was never sent
  OrderSent = 's',    // behind its Routed and RiskPassed
  CancelSent = 'z',
  OrderGivenUp = 'n',    // no answer in time, or none when the run ended; a late answer may follow
  AnswersLost = 'e',     // messages of a venue that never came
  GapOpened = 'g',       // market data: messages that are missing
  GapClosed = 'h',       // nothing of them is awaited any more
  GapGivenUp = 'l',      // they will not come: the OMS's books lack them
  OrderRefused = 'f',    // behind its Routed: never sent, because its slot in the OMS belongs to an order that is not over
  Scored = 'v',          // rule smart: what one venue showed at one price, and what it costs to trade there; in front of its Routed
  KillTripped = 'k',     // the kill switch was pulled, by what `reason` names: no order leaves behind this
  KillArmed = 'a',       // and taken back: orders may leave again
  MassCancelSent = 'w',  // to a venue, for everything that is open there; its MassCancelled, or Rejected, may stand here too
  ParentEntered = 'P',   // a parent order has begun; `order` is its index in the plan
  ParentSlice = 'S',     // one of its slices is over: what should have been done by then, and what was
  ParentEnded = 'F',     // filled, expired or cancelled
  LimitSet = 'L',        // behind LimitsSet: a limit that it has no room for
  BreakerTripped = 'B',  // a circuit breaker: until a market time, or until the kill switch is re-armed
  BreakerReset = 'W',    // its pause is over
  ReplaceDecided = 'd',  // in the place of a Routed: `order` shall take the place of `maker`, at the same venue
  ReplaceSent = 'o',     // behind its ReplaceDecided and RiskPassed; the venue's Replaced may follow

  // What a trader has asked for while it ran.
  ParentAsked = 'N',       // a new parent order; its ParentNamed follows
  ParentNamed = 'j',       // what it is called
  ParentReplaced = 'G',    // its quantity, limit or end is another one
  ParentCancelAsked = 'D'  // it is to be cancelled
};

// Order ids are the venue's: bit 63 set = client order (session << 32 | UserRefNum below it; the session is the venue's index), clear =
// ITCH reference of the background book.
//
// OrderTerms uses the fields for other things: maker expiry (market ns), match stop price, price shares displayed, quantity minimum
// quantity, reason traits (engine/book/matching/terms.h), side self-trade mode. So do those of the OMS's journal
// (engine/oms/audit_trail.cpp writes them; docs/journal.md has the tables).
struct Record {
  std::uint64_t market_ns = 0;      // market time at which it happened, ns since midnight
  std::uint64_t sequence = 0;       // 1 for the first record of a venue's journal; append() sets it
  std::uint64_t order = 0;          // the order it happened to; Executed: the taker (in a cross: one of both)
  std::uint64_t maker = 0;          // Executed: the resting order; a replacement's other id; else 0
  std::uint64_t feed_sequence = 0;  // last feed message in the venue's book when it happened
  std::uint64_t match = 0;          // Executed: the venue's match number; else 0
  std::uint32_t price = 0;          // 4 decimals; Executed: the price it traded at; 0 for a market order
  std::uint32_t quantity = 0;       // shares: entered, executed, cancelled, refused or shown; requests: as asked
  std::uint16_t locate = 0;         // ITCH stock locate
  std::uint16_t reason = 0;         // Rejected: OUCH reason code; Cancelled: OUCH reason letter; Executed: 1 in a cross; else 0
  RecordType type = RecordType::OrderEntered;
  std::uint8_t venue = 0;       // index, or kOmsJournal; append() sets it
  std::uint8_t side = 0;        // 'B' or 'S'; Executed: the taker's
  std::uint8_t order_type = 0;  // 'L' limit, 'M' market, 'I' immediate or cancel
};

constexpr std::uint64_t client_order(std::uint32_t session, std::uint32_t user_ref) {
  return 1ull << 63 | std::uint64_t{session} << 32 | user_ref;
}
constexpr std::uint32_t session_of(std::uint64_t client_order) { return static_cast<std::uint32_t>(client_order >> 32) & 0x7fff'ffffu; }

// In the place of a venue's index: this journal is the OMS's.
inline constexpr std::uint8_t kOmsJournal = 255;

inline constexpr std::size_t kRecordBytes = 64;
static_assert(std::is_trivially_copyable_v<Record> && std::is_standard_layout_v<Record>);
static_assert(sizeof(Record) == kRecordBytes);
static_assert(offsetof(Record, market_ns) == 0 && offsetof(Record, sequence) == 8 && offsetof(Record, order) == 16);
static_assert(offsetof(Record, maker) == 24 && offsetof(Record, feed_sequence) == 32 && offsetof(Record, match) == 40);
static_assert(offsetof(Record, price) == 48 && offsetof(Record, quantity) == 52 && offsetof(Record, locate) == 56);
static_assert(offsetof(Record, reason) == 58 && offsetof(Record, type) == 60 && offsetof(Record, venue) == 61);
static_assert(offsetof(Record, side) == 62 && offsetof(Record, order_type) == 63);

// Every field but `sequence`, which follows from the order of the records; `venue` in place of the record's own.
// By words and in a copy of the digest, so that nothing goes through memory between two of them.
inline void digest(core::Digest& into, const Record& record, std::uint8_t venue) {
  constexpr std::size_t kSequenceWord = offsetof(Record, sequence) / 8;
  constexpr std::size_t kVenueWord = offsetof(Record, venue) / 8;
  constexpr unsigned kVenueShift = offsetof(Record, venue) % 8 * 8;
  core::Digest sum = into;
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kRecordBytes / 8; ++i) {
    if (i == kSequenceWord) continue;
    std::uint64_t word;
    std::memcpy(&word, reinterpret_cast<const std::byte*>(&record) + 8 * i, sizeof word);
    sum.add(i == kVenueWord ? (word & ~(0xffull << kVenueShift)) | std::uint64_t{venue} << kVenueShift : word);
  }
  into = sum;
}
inline void digest(core::Digest& into, const Record& record) { digest(into, record, record.venue); }

}  // namespace hopscope::journal
