// The receiving end of an order-entry session, which is MoldUDP64 without re-requests: takes bursts from a port message by message, sees
// what was lost, skips what came twice, and can stop behind any message and go on later, with the burst held. (Market data comes through
// net::MoldReceiver, which asks for what was lost.)
#pragma once

#include <cstdint>
#include <span>

#include "engine/core/counters.h"
#include "engine/net/port.h"
#include "engine/wire/moldudp64.h"

namespace hopscope::venue {

template <net::Port Port>
class Inbox {
 public:
  // Gaps are counted as `gaps`, malformed packets as HS_COUNTER_PORT_MALFORMED.
  Inbox(Port& port, core::Counters& counters, hs_counter gaps) : port_(&port), counters_(&counters), gaps_(gaps) {}

  // Takes one burst, or goes on with the one it stopped in. Visitor:
  //   burst()                  a new burst has come out of the port
  //   packet(first, messages)  a packet starts; messages may be 0 (heartbeat, end of session)
  //   bool message(sequence, bytes)  false: stop behind this one
  //   bool end_packet()        false: stop behind this packet
  // Returns whether there was work.
  template <class Visitor>
  bool poll(Visitor&& visitor) {
    if (!busy()) {
      burst_ = port_->rx_burst();
      if (burst_.empty()) {
        port_->rx_release();  // frames that were not ours may lie behind an empty burst
        return false;
      }
      next_packet_ = 0;
      visitor.burst();
    }
    while (in_packet_ || next_packet_ < burst_.size()) {
      if (!in_packet_) start(visitor);
      if (!finish(visitor)) return true;
    }
    burst_ = {};
    port_->rx_release();
    return true;
  }

  // Stopped in the middle of a burst.
  bool busy() const { return !burst_.empty(); }
  // Sequence number of the next message; all before it are handled or lost, unless busy().
  std::uint64_t expected() const { return tracker_.expected(); }

 private:
  template <class Visitor>
  void start(Visitor& visitor) {
    reader_ = wire::MoldReader(burst_[next_packet_++]);
    in_packet_ = true;
    index_ = 0;
    skip_ = 0;
    if (reader_.malformed()) return;
    visitor.packet(reader_.sequence(), reader_.messages());
    const wire::MoldArrival arrival = tracker_.on_packet(reader_.sequence(), reader_.messages());
    skip_ = arrival.duplicate;
    if (arrival.gap != 0) [[unlikely]]
      counters_->add(gaps_, arrival.gap);
  }

  template <class Visitor>
  bool finish(Visitor& visitor) {
    for (wire::Bytes message; reader_.next(message);) {
      const std::uint64_t index = index_++;
      if (index < skip_) continue;
      if (!visitor.message(reader_.sequence() + index, message)) return false;
    }
    in_packet_ = false;
    if (reader_.malformed()) [[unlikely]] {
      counters_->add(HS_COUNTER_PORT_MALFORMED);
      counters_->add(gaps_, reader_.messages() - index_);
    }
    return visitor.end_packet();
  }

  Port* port_;
  core::Counters* counters_;
  hs_counter gaps_;
  std::span<const net::Payload> burst_;  // held until its last packet is done
  std::size_t next_packet_ = 0;
  bool in_packet_ = false;
  wire::MoldReader reader_{{}};
  std::uint64_t index_ = 0;  // of the next message in the packet
  std::uint64_t skip_ = 0;   // messages at its head that came before
  wire::SequenceTracker tracker_;
};

}  // namespace hopscope::venue
