#include "engine/feed/itch_replay.h"

#include <cstring>
#include <limits>

#include "engine/net/port.h"
#include "engine/wire/moldudp64.h"

namespace hopscope::feed {
namespace {

constexpr std::size_t kMaxMessageBytes = net::kMaxPayloadBytes - wire::kMoldHeaderBytes - wire::kMoldLengthBytes;

}  // namespace

std::string ItchReplay::open(const core::FeedPlan& plan) {
  if (std::string fault = file_.open(plan.file); !fault.empty()) return fault;
  const wire::Bytes bytes = file_.bytes();
  if (bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b}) {
    return plan.file + ": compressed with gzip: unpack it first (gunzip)";
  }
  messages_ = wire::BinaryFile(bytes);
  from_ns_ = plan.from_ns;
  to_ns_ = plan.to_ns == 0 ? std::numeric_limits<std::uint64_t>::max() : plan.to_ns;

  bool any_paced = false;
  for (wire::itch::Message message; pick(message); ++count_) {
    if (message.bytes().size() > kMaxMessageBytes)
      return plan.file + ": byte " + std::to_string(messages_.offset()) +
             ": a message too long for a packet: is this an ITCH 5.0 BinaryFILE?";
    any_paced |= message.timestamp_ns() >= from_ns_;
  }
  if (!messages_.error().empty()) return plan.file + ": " + messages_.error();
  if (!any_paced) return plan.file + ": no message between feed.from and feed.to: widen them";
  messages_.rewind();
  return "";
}

// The next message that belongs to the replay.
bool ItchReplay::pick(wire::itch::Message& message) {
  while (messages_.next(message)) {
    if (message.timestamp_ns() >= to_ns_) return false;
    if (message.timestamp_ns() >= from_ns_ || message.type() == wire::itch::StockDirectory::kType) return true;
  }
  return false;
}

std::size_t ItchReplay::next(std::span<std::byte> out, std::uint64_t& market_ns) {
  wire::itch::Message message;
  if (!pick(message)) return 0;
  market_ns = message.timestamp_ns();
  std::memcpy(out.data(), message.bytes().data(), message.bytes().size());
  return message.bytes().size();
}

}  // namespace hopscope::feed
