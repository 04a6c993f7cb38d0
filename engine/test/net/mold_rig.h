// A receiver that recovers, and the feed's re-request server, at the two ends of a link that loses, doubles and reorders at will. Time is
// the processor's: a repeat after 0 ticks is one at the next poll.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

#include "engine/feed/request_server.h"
#include "engine/net/loop_port.h"
#include "engine/net/mold_receiver.h"

namespace hopscope::net {

inline constexpr RecoveryCounters kCounters{HS_COUNTER_OMS_GAPS, HS_COUNTER_OMS_RECOVERED, HS_COUNTER_OMS_REQUESTS,
                                            HS_COUNTER_OMS_RECOVERIES};

class MoldRig {
 public:
  using Bytes = std::vector<std::byte>;

  explicit MoldRig(const RecoveryLimits& limits = {64, 0, 8}, std::uint32_t history = 1'024)
      : server(history, core::Calibration(), counters), receiver(far, feed::kFeedSession, counters, kCounters, limits) {
    LoopPort::join(near, far);
  }

  // A message's content follows from its sequence number.
  static Bytes message(std::uint64_t sequence) {
    Bytes bytes(12 + sequence % 39);
    bytes.reserve(feed::History::kBytesEach);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(sequence >> (8 * (i % 8)) ^ i);
    return bytes;
  }

  // The next `count` messages as one packet; not on the wire yet.
  Bytes packet(std::uint64_t count) {
    Bytes bytes(kMaxPayloadBytes);
    wire::MoldWriter writer(bytes);
    writer.begin(feed::kFeedSession, sent + 1);
    for (std::uint64_t i = 0; i < count; ++i) {
      const Bytes one = message(++sent);
      EXPECT_TRUE(writer.append(one));
      server.keep(one);
    }
    bytes.resize(writer.finish());
    return bytes;
  }
  Bytes sign(bool end) const {
    Bytes bytes(wire::kMoldHeaderBytes);
    wire::MoldWriter writer(bytes);
    writer.begin(feed::kFeedSession, sent + 1);
    end ? writer.finish_end_of_session() : writer.finish();
    return bytes;
  }

  void deliver(const Bytes& bytes) {
    std::memcpy(near.tx_reserve().data(), bytes.data(), bytes.size());
    near.tx_commit(bytes.size());
    near.tx_flush();
  }
  void publish(std::uint64_t packets = 1) {
    for (; packets != 0; --packets) deliver(packet(1));
  }
  void lose(std::uint64_t packets = 1) {
    for (; packets != 0; --packets) packet(1);
  }

  void serve() {
    server.serve(near, sent + 1, 0);
    near.tx_flush();
  }
  bool poll() {
    stopped_ = false;
    return receiver.poll(Visitor{*this});
  }
  // Both ends, until nothing happens any more or for so many rounds.
  void settle(int rounds = 400) {
    while (rounds-- > 0) {
      poll();
      serve();
    }
    poll();
  }

  // Everything up to `last`, in order, each once, as it was sent.
  void expect_all(std::uint64_t last) const {
    ASSERT_EQ(got.size(), last);
    for (std::uint64_t i = 0; i < last; ++i) {
      ASSERT_EQ(got[i].sequence, i + 1);
      ASSERT_EQ(got[i].bytes, message(i + 1));
    }
  }
  std::vector<std::uint64_t> sequences() const {
    std::vector<std::uint64_t> all;
    for (const auto& one : got) all.push_back(one.sequence);
    return all;
  }
  std::uint64_t count(hs_counter counter) const { return counters.get(counter); }

  struct Got {
    std::uint64_t sequence;
    Bytes bytes;
    core::Ticks waited;
  };

  core::Counters counters;
  LoopPort near{1u << 16}, far{1u << 16};
  feed::RequestServer<LoopPort> server;
  MoldReceiver<LoopPort> receiver;
  std::uint64_t sent = 0;
  std::vector<Got> got;
  // What the visitor answers: how often it is not ready, and stops behind a message.
  std::uint64_t ready_every = 1, stop_every = 0;

 private:
  struct Visitor {
    MoldRig& rig;
    void burst(std::span<const Payload>) {}
    void packet(std::uint64_t, std::uint64_t messages, core::Ticks waited) {
      EXPECT_GT(messages, 0u);
      rig.waited_ = waited;
    }
    bool ready() {
      EXPECT_FALSE(rig.stopped_) << "not in the same poll";
      rig.stopped_ = ++rig.asked_ % rig.ready_every != 0;
      return !rig.stopped_;
    }
    bool message(std::uint64_t sequence, wire::Bytes bytes) {
      EXPECT_FALSE(rig.stopped_) << "not in the same poll";
      rig.got.push_back({sequence, {bytes.begin(), bytes.end()}, rig.waited_});
      rig.stopped_ = rig.stop_every != 0 && sequence % rig.stop_every == 0;
      return !rig.stopped_;
    }
    void end_packet() {}
  };
  core::Ticks waited_ = 0;
  std::uint64_t asked_ = 0;
  bool stopped_ = false;
};

}  // namespace hopscope::net
