// `hopscope-torture snapshot ORDERS`: how long it takes to take a snapshot of a venue, and to start from it.
#pragma once

#include <cstdint>
#include <string>

namespace hopscope::torture {

struct SnapshotTime {
  std::uint64_t orders = 0, client_orders = 0, symbols = 0, bytes = 0;
  double take_seconds = 0;     // the venue's state into a file, until it is on the device under its name
  double check_seconds = 0;    // read from the device, every CRC
  double restore_seconds = 0;  // into a new engine
  double skip_ns = 0;          // a feed message that the replay behind it makes again and does nothing with
};

// Fills a venue's books with so many orders, as many clients' among them as a venue takes, writes the snapshot into `directory`, and
// compares what comes of it. Empty, or what is wrong.
std::string measure_snapshot(std::uint64_t orders, const std::string& directory, SnapshotTime& measured);

}  // namespace hopscope::torture
