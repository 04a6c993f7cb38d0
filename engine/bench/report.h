// What hopscope-bench prints and writes with --json.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/bench/measure.h"

namespace hopscope::bench {

struct Row {
  std::string stream;
  std::uint64_t operations = 0;
  Cost cost;
  std::string result;               // what the replays came to, as text: trades and their hash, or the books' digest
  std::vector<std::string> fields;  // the same as JSON members
  bool equal = false;               // to what is known to be right
};

struct Timer {
  double cost_ns = 0, resolution_ns = 0;
};

void print_head(const Timer& timer);
void print(const Row& row);

// {"schema": 1, "timer": …, "streams": [{"stream", "operations", "cpu_ns", …, "equal"}]}. False, with errno: it cannot be written.
bool write_json(const char* path, const Timer& timer, const std::vector<Row>& rows);

}  // namespace hopscope::bench
