// hopscope-disturb: disturbs a running engine in a known way and writes down when it did, so that what the instrument finds can be checked.
// Started by `hopscope run` for the settings inject.hog, inject.stop and inject.timer (experiments/inject/disturber.ts).
//
// Exit codes: 0 it was told to end, or its victim ended; 1 it could not disturb, the reason stands on stderr; 2 wrong arguments.
#include <cinttypes>
#include <cstdio>

#include "native/disturb/arguments.h"
#include "native/disturb/hog.h"
#include "native/disturb/interval_file.h"
#include "native/disturb/lifetime.h"
#include "native/disturb/stop.h"
#include "native/disturb/timer.h"

namespace {

using namespace hopscope::disturb;

std::string run(const Arguments& arguments, Lifetime& lifetime, IntervalFile& file, Outcome& outcome) {
  switch (arguments.kind) {
    case Kind::Hog:
      return run_hog(arguments, lifetime, file, outcome);
    case Kind::Stop:
      return run_stop(arguments, lifetime, file, outcome);
    case Kind::Timer:
      return run_timer(arguments, lifetime, file, outcome);
  }
  return "no disturbance";
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (const std::string error = read_arguments(argc, argv, arguments); !error.empty()) {
    std::fprintf(stderr, "hopscope-disturb: %s\n%s", error.c_str(), kUsage);
    return 2;
  }
  Lifetime lifetime;
  IntervalFile file;
  Outcome outcome;
  std::string error = lifetime.begin();
  if (error.empty()) error = file.create(arguments.out);
  if (error.empty()) error = run(arguments, lifetime, file, outcome);
  if (!error.empty()) {
    std::fprintf(stderr, "hopscope-disturb: %s\n", error.c_str());
    return 1;
  }
  std::printf("{\"intervals\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"unseen\":%" PRIu64 ",\"interrupts\":%" PRIu64 "}\n", file.count(),
              outcome.lost, outcome.unseen, outcome.interrupts);
  return 0;
}
