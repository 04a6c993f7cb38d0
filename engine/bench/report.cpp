#include "engine/bench/report.h"

#include <cinttypes>
#include <cstdio>

namespace hopscope::bench {

void print_head(const Timer& timer) {
  std::printf("timer: %.1f ns an operation, subtracted from the percentiles; it moves in steps of %.1f ns\n", timer.cost_ns,
              timer.resolution_ns);
  std::printf("%-14s %10s %9s %9s %9s %7s %7s %7s\n", "stream", "operations", "CPU ns/op", "fastest", "slowest", "p50 ns", "p99 ns",
              "p99.9 ns");
}

void print(const Row& row) {
  const Cost& cost = row.cost;
  std::printf("%-14s %10" PRIu64 " %9.1f %9.1f %9.1f %7.0f %7.0f %7.0f  %s %s\n", row.stream.c_str(), row.operations, cost.cpu_ns,
              cost.fastest_ns, cost.slowest_ns, cost.p50_ns, cost.p99_ns, cost.p999_ns, row.result.c_str(),
              row.equal ? "equal" : "DIFFERENT");
  std::fflush(stdout);
}

bool write_json(const char* path, const Timer& timer, const std::vector<Row>& rows) {
  std::FILE* file = std::fopen(path, "w");
  if (file == nullptr) return false;
  std::fprintf(file, "{\n  \"schema\": 1,\n  \"timer\": {\"cost_ns\": %.1f, \"resolution_ns\": %.1f},\n  \"streams\": [", timer.cost_ns,
               timer.resolution_ns);
  const char* separator = "\n";
  for (const Row& row : rows) {
    const Cost& cost = row.cost;
    std::fprintf(file,
                 "%s    {\"stream\": \"%s\", \"operations\": %" PRIu64
                 ", \"cpu_ns\": %.2f, \"fastest_ns\": %.2f, \"slowest_ns\": %.2f, \"p50_ns\": %.1f, \"p99_ns\": %.1f, \"p999_ns\": %.1f",
                 separator, row.stream.c_str(), row.operations, cost.cpu_ns, cost.fastest_ns, cost.slowest_ns, cost.p50_ns, cost.p99_ns,
                 cost.p999_ns);
    for (const std::string& field : row.fields) std::fprintf(file, ", %s", field.c_str());
    std::fprintf(file, ", \"equal\": %s}", row.equal ? "true" : "false");
    separator = ",\n";
  }
  std::fprintf(file, "\n  ]\n}\n");
  const bool written = std::ferror(file) == 0;
  return std::fclose(file) == 0 && written;
}

}  // namespace hopscope::bench
