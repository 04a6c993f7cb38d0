// What a journal is written to, when the journal's own thread drives it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/journal/hung_device.h"

namespace hopscope::journal {

// A device that the journal's own thread drives: submit() starts the write of one sealed block, reap() looks for one that is done. Neither
// waits. Called once a block, never once a record, so virtual costs nothing that counts.
class BlockDevice {
 public:
  virtual ~BlockDevice() = default;
  // Memory that blocks are built in (a device may need its own, for DMA); bytes: all buffers. Empty span: no memory.
  virtual std::span<std::byte> take_buffers(std::size_t bytes) = 0;
  virtual std::size_t alignment_bytes() const = 0;  // blocks begin and end at multiples of it
  virtual std::uint64_t size_bytes() const = 0;
  virtual unsigned depth() const = 0;  // blocks that may be under way at once
  // Starts the write at `offset`; `bytes` stay untouched until reaped. Empty string, or one line with its remedy.
  virtual std::string submit(std::uint64_t sequence, std::uint64_t offset, std::span<const std::byte> bytes) = 0;
  // True: the block `sequence` is done, as durable as durable_kind() says (or `error` says why not). Any order.
  virtual bool reap(std::uint64_t& sequence, std::string& error) = 0;
  virtual std::chrono::milliseconds patience() const { return kHungDevice; }  // with it, before it is said to hang
  virtual std::string name() const { return "its device"; }                   // for messages
  virtual const char* durable_kind() const = 0;                               // never claims more than the device was asked for
  virtual std::string close() = 0;
};

}  // namespace hopscope::journal
