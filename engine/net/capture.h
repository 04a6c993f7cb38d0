// The capture of one run: a ring for each port, and the thread that writes what comes out of them to one pcap file, in order of time.
//
// The thread lives on the housekeeping CPU as an ordinary process of low priority, whatever the engine runs as: journal helper and
// collector come first. It naps, then writes all packets that are older than kSettleNs: by then the slower port's thread has copied its
// own, too. A packet that comes later than that still gets into the file, behind younger ones. Engine threads wait for nothing: where a
// ring has no room, the packet is left out and counted.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/clock.h"
#include "engine/core/plan.h"
#include "engine/net/link.h"
#include "engine/net/packet_ring.h"
#include "engine/net/pcap_file.h"
#include "engine/wire/frame.h"

namespace hopscope::net {

struct CaptureOutcome {
  std::string path;
  std::uint64_t packets = 0;  // in the file
  std::uint64_t lost = 0;     // handed to a port, but not in the file
  std::string error;          // why writing ended before the run did; empty: it did not
};

class Capture {
 public:
  Capture() = default;
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() { stop(); }

  // Makes the file and the rings; nothing where the plan asks for no capture. Returns an empty string or one line with its remedy.
  std::string open(const core::Plan& plan);

  // Where the port at that end copies to; null where nothing is captured.
  PacketRing* ring(const std::string& link, End end);

  // Starts the thread; `start` and `calibration` turn TSC into time of day, as they do for all records of the run.
  std::string start(const hs_clock_pair& start, const core::Calibration& calibration);

  // Once no port sends any more: writes what is left, at most kStopNs long, and ends the thread.
  void stop();

  std::optional<CaptureOutcome> outcome() const;  // after stop(); none where the plan asked for no capture

 private:
  static constexpr double kSettleNs = 2e7;
  static constexpr double kStopNs = 2e9;     // less than the orchestrator's patience after Ctrl-C
  static constexpr long kNapNs = 5'000'000;  // at 1 Mpps some hundred KB a port
  static constexpr unsigned kPacketsBetweenLooks = 1024;

  struct Source {
    Source(const std::string& name, End which, std::size_t ring_bytes, const wire::UdpEndpoint& own, const wire::UdpEndpoint& peer)
        : link(name), end(which), ring(ring_bytes), headers(own, peer) {}
    std::string link;
    End end;
    PacketRing ring;
    wire::FrameWriter headers;
    bool waits = false;  // `next` is its oldest packet
    PacketRing::Packet next;
  };

  void run();
  // Everything stamped before `horizon`. False: no more can be written.
  bool write_until(core::Ticks horizon);
  Source* oldest(core::Ticks horizon);
  std::uint64_t unix_ns(core::Ticks tsc) const;

  std::string path_;
  PcapFile file_;
  std::vector<std::unique_ptr<Source>> sources_;
  hs_clock_pair start_{};
  core::Calibration calibration_;
  int housekeeping_cpu_ = 0;
  std::thread thread_;
  std::atomic<core::Ticks> give_up_{0};  // 0: not stopping
};

}  // namespace hopscope::net
