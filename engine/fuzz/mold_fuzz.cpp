// MoldUDP64: the input is a row of packets, each behind its length in two bytes. Each is read on its own, as a request, and by a receiver
// that recovers; the receiver never delivers a message twice or out of order.
#include <vector>

#include "engine/fuzz/target.h"
#include "engine/wire/mold_recovery.h"

using namespace hopscope;

namespace {

constexpr wire::MoldSession kSession = wire::mold_session("HSFEED");

void read_messages(wire::Bytes packet) {
  wire::MoldReader reader(packet);
  std::size_t seen_bytes = 0, messages = 0;
  for (wire::Bytes message; reader.next(message); ++messages) {
    fuzz::require(fuzz::inside(message, packet), "a message stays inside its packet");
    fuzz::touch(message);
    seen_bytes += wire::kMoldLengthBytes + message.size();
  }
  fuzz::require(reader.malformed() || (messages == reader.messages() && seen_bytes + wire::kMoldHeaderBytes == packet.size()),
                "a packet without a fault is read to its end");
  fuzz::require(wire::mold_whole(packet) == !reader.malformed(), "whole is what reads without a fault");
}

void read_request(wire::Bytes packet) {
  const auto request = wire::parse_mold_request(packet);
  if (!request) return;
  std::byte again[wire::kMoldHeaderBytes];
  fuzz::require(wire::encode_mold_request(again, request->session, request->range) == packet.size(), "a request is a header");
  fuzz::require(std::equal(packet.begin(), packet.end(), again), "a request reads as it was written");
}

void receive(wire::MoldRecovery& receiver, wire::Bytes packet) {
  const std::uint64_t expected = receiver.expected();
  const wire::MoldReader reader(packet);
  const wire::MoldDecision decision = receiver.on_packet(reader);
  if (decision.verdict == wire::MoldVerdict::Deliver) {
    fuzz::require(decision.skip < reader.messages() && reader.sequence() + decision.skip == expected,
                  "the next message is the expected one");
    fuzz::require(receiver.expected() == reader.sequence() + reader.messages(), "all of the packet is delivered");
  } else {
    fuzz::require(receiver.expected() == expected, "nothing else moves the sequence");
  }
  fuzz::require(receiver.reached() >= receiver.expected() && decision.lost.end() <= receiver.reached(),
                "nothing is lost beyond what exists");
  std::uint64_t last_end = 0;
  for (const wire::MoldRange& gap : receiver.gaps()) {
    fuzz::require(!gap.empty() && gap.from >= last_end && gap.end() <= receiver.reached(), "gaps stand in order, apart");
    last_end = gap.end();
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wire::Bytes rest = fuzz::bytes_of(data, size);
  wire::MoldRecovery receiver(kSession);
  while (rest.size() >= 2) {
    const std::size_t length_bytes = std::min<std::size_t>(wire::load_be16(rest.data()), rest.size() - 2);
    const std::vector<std::byte> packet(rest.begin() + 2, rest.begin() + 2 + static_cast<std::ptrdiff_t>(length_bytes));
    read_messages(packet);
    read_request(packet);
    receive(receiver, packet);
    rest = rest.subspan(2 + length_bytes);
  }
  return 0;
}
