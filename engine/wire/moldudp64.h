// MoldUDP64 1.00: sequenced messages over UDP.
//
// Packet: session A10, sequence u64 of the first message, count u16; then count x {length u16, data}. Count 0 is a heartbeat, 0xFFFF the
// end of the session; both carry the next sequence to come. Loss is seen by the receiver's SequenceTracker, which counts it and goes on;
// mold_recovery.h has the one that asks for what was lost.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "engine/wire/bytes.h"

namespace hopscope::wire {

using MoldSession = std::array<char, 10>;

// Left-justified, padded with spaces; what is beyond ten characters is cut.
constexpr MoldSession mold_session(std::string_view name) {
  MoldSession session{};
  for (std::size_t i = 0; i < session.size(); ++i) session[i] = i < name.size() ? name[i] : ' ';
  return session;
}

struct MoldHeader {
  char session[10];
  Be64 sequence;
  Be16 count;
};
static_assert(sizeof(MoldHeader) == 20 && alignof(MoldHeader) == 1);
static_assert(offsetof(MoldHeader, sequence) == 10 && offsetof(MoldHeader, count) == 18);

inline constexpr std::size_t kMoldHeaderBytes = sizeof(MoldHeader);
inline constexpr std::size_t kMoldLengthBytes = 2;
inline constexpr std::uint16_t kMoldHeartbeat = 0;
inline constexpr std::uint16_t kMoldEndOfSession = 0xffff;

// Builds one packet in place: begin, then reserve or append for each message, then finish.
class MoldWriter {
 public:
  explicit MoldWriter(std::span<std::byte> packet) : packet_(packet) {}

  // The packet must have room for the header.
  void begin(const MoldSession& session, std::uint64_t sequence) {
    auto& header = *reinterpret_cast<MoldHeader*>(packet_.data());
    std::memcpy(header.session, session.data(), session.size());
    header.sequence = sequence;
    size_bytes_ = kMoldHeaderBytes;
    count_ = 0;
  }

  // Room for the next message, for a caller that learns its length by writing it: then commit. Null when the packet is full.
  std::span<std::byte> room() {
    if (size_bytes_ + kMoldLengthBytes > packet_.size() || count_ == kMoldEndOfSession - 1) return {};
    return packet_.subspan(size_bytes_ + kMoldLengthBytes);
  }

  // The room holds a message of `length_bytes`.
  void commit(std::size_t length_bytes) {
    store_be16(packet_.data() + size_bytes_, static_cast<std::uint16_t>(length_bytes));
    size_bytes_ += kMoldLengthBytes + length_bytes;
    ++count_;
  }

  // Room for one message of exactly `length_bytes`, to be filled by the caller; null when the packet is full.
  std::span<std::byte> reserve(std::size_t length_bytes) {
    const auto free = room();
    if (!free.data() || length_bytes > free.size() || length_bytes > 0xffff) return {};
    commit(length_bytes);
    return free.first(length_bytes);
  }

  // False when the packet is full.
  bool append(Bytes message) {
    const auto room = reserve(message.size());
    if (!room.data()) return false;
    if (!message.empty()) std::memcpy(room.data(), message.data(), message.size());
    return true;
  }

  // Writes the count; returns the packet's length in bytes. Without messages the packet is a heartbeat.
  std::size_t finish() {
    reinterpret_cast<MoldHeader*>(packet_.data())->count = count_;
    return size_bytes_;
  }

  std::size_t finish_end_of_session() {
    reinterpret_cast<MoldHeader*>(packet_.data())->count = kMoldEndOfSession;
    return kMoldHeaderBytes;
  }

  std::uint16_t count() const { return count_; }
  std::size_t size_bytes() const { return size_bytes_; }

 private:
  std::span<std::byte> packet_;
  std::size_t size_bytes_ = 0;
  std::uint16_t count_ = 0;
};

// Walks the messages of one packet. Never reads beyond it, whatever its bytes say.
class MoldReader {
 public:
  explicit MoldReader(Bytes packet) : packet_(packet) {
    if (packet.size() < kMoldHeaderBytes) {
      malformed_ = true;
      return;
    }
    const auto& header = *reinterpret_cast<const MoldHeader*>(packet.data());
    sequence_ = header.sequence;
    count_ = header.count;
    left_ = end_of_session() ? 0 : count_;
    at_ = kMoldHeaderBytes;
    if (left_ == 0 && at_ != packet.size()) malformed_ = true;
  }

  // The next message, without its length; false after the last one and from the first fault on.
  bool next(Bytes& message) {
    if (left_ == 0 || malformed_) return false;
    const std::size_t room = packet_.size() - at_;
    if (room < kMoldLengthBytes) return fail();
    const std::size_t length_bytes = load_be16(packet_.data() + at_);
    if (length_bytes > room - kMoldLengthBytes) return fail();
    message = packet_.subspan(at_ + kMoldLengthBytes, length_bytes);
    at_ += kMoldLengthBytes + length_bytes;
    // Nothing may ride behind the last message: decoders (tshark) call that malformed.
    if (--left_ == 0 && at_ != packet_.size()) malformed_ = true;
    return true;
  }

  bool short_header() const { return packet_.size() < kMoldHeaderBytes; }
  // Short header, a message that runs past the end, or bytes behind the last one. Final once next() has returned false.
  bool malformed() const { return malformed_; }

  std::uint64_t sequence() const { return sequence_; }
  // As on the wire: kMoldHeartbeat and kMoldEndOfSession included.
  std::uint16_t count() const { return count_; }
  std::uint16_t messages() const { return end_of_session() ? std::uint16_t{0} : count_; }
  bool heartbeat() const { return count_ == kMoldHeartbeat && !malformed_; }
  bool end_of_session() const { return count_ == kMoldEndOfSession; }
  bool of_session(const MoldSession& session) const {
    return packet_.size() >= kMoldHeaderBytes && std::memcmp(packet_.data(), session.data(), session.size()) == 0;
  }

 private:
  bool fail() {
    malformed_ = true;
    left_ = 0;
    return false;
  }

  Bytes packet_;
  std::size_t at_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint16_t count_ = 0;
  std::uint16_t left_ = 0;
  bool malformed_ = false;
};

// Whether a packet holds exactly what its header says. A receiver that recovers needs to know before it counts the messages as received.
inline bool mold_whole(Bytes packet) {
  MoldReader reader(packet);
  for (Bytes message; reader.next(message);) {
  }
  return !reader.malformed();
}

// What one packet means to a receiver that has seen everything below expected().
struct MoldArrival {
  std::uint64_t gap = 0;        // messages missing in front of this packet
  std::uint64_t duplicate = 0;  // leading messages of this packet that were seen before: skip them
};

class SequenceTracker {
 public:
  explicit SequenceTracker(std::uint64_t first_expected = 1) : expected_(first_expected) {}

  // `count` is the number of messages (0 for heartbeat and end of session: they too reveal what was lost before them).
  MoldArrival on_packet(std::uint64_t sequence, std::uint64_t count) {
    if (sequence == expected_) [[likely]] {
      expected_ += count;
      return {};
    }
    MoldArrival arrival;
    if (sequence > expected_) {
      arrival.gap = sequence - expected_;
      expected_ = sequence + count;
    } else {
      arrival.duplicate = std::min(expected_ - sequence, count);
      expected_ = std::max(expected_, sequence + count);
    }
    gaps_ += arrival.gap;
    duplicates_ += arrival.duplicate;
    return arrival;
  }

  std::uint64_t expected() const { return expected_; }
  std::uint64_t gaps() const { return gaps_; }
  std::uint64_t duplicates() const { return duplicates_; }

 private:
  std::uint64_t expected_;
  std::uint64_t gaps_ = 0;
  std::uint64_t duplicates_ = 0;
};

}  // namespace hopscope::wire
