// How far the blocks have come on their way to the device. Told by whoever writes them, in order of their sequence numbers; read by the
// venue, which may hold its answers for it, and by whoever reads the journal back meanwhile.
//
// The stamps of the last kKept blocks can be asked for. A block is behind them only where one message filled more blocks than that: its
// orders then leave no journal stamps in their capsules.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "engine/core/clock.h"
#include "engine/core/spsc_ring.h"

namespace hopscope::journal {

class BlockProgress {
 public:
  static constexpr std::uint64_t kKept = 256;

  struct Stamps {
    core::Ticks write = 0;    // hop 13
    core::Ticks durable = 0;  // hop 14; 0: not yet
  };

  // ---- writer
  // The block has been handed to the device.
  void wrote(std::uint64_t sequence, core::Ticks write_tsc) {
    stamps_[sequence % kKept].write.store(write_tsc, std::memory_order_relaxed);
    stamps_[sequence % kKept].durable.store(0, std::memory_order_relaxed);
    written_.store(sequence, std::memory_order_release);
  }
  // It, and every block before it, is as durable as the device makes them.
  void made_durable(std::uint64_t sequence, core::Ticks durable_tsc) {
    stamps_[sequence % kKept].durable.store(durable_tsc, std::memory_order_relaxed);
    durable_.store(sequence, std::memory_order_release);
  }

  // ---- any thread
  // The last block that came so far; 0: none.
  std::uint64_t written() const { return written_.load(std::memory_order_acquire); }
  std::uint64_t durable() const { return durable_.load(std::memory_order_acquire); }
  // ---- the venue's thread
  // Of a block that has come so far, while no block of kKept or more behind it has been opened.
  Stamps stamps(std::uint64_t sequence) const {
    const Cell& cell = stamps_[sequence % kKept];
    return {cell.write.load(std::memory_order_relaxed), cell.durable.load(std::memory_order_relaxed)};
  }

 private:
  struct Cell {
    std::atomic<core::Ticks> write{0}, durable{0};
  };
  alignas(core::kCacheLineBytes) std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> durable_{0};
  std::array<Cell, kKept> stamps_{};
};

}  // namespace hopscope::journal
