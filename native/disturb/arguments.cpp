#include "native/disturb/arguments.h"

#include <charconv>
#include <cstring>
#include <string_view>

namespace hopscope::disturb {

const char* const kUsage =
    "usage: hopscope-disturb hog   --cpu N --scheduler fifo|other --on NS --off NS --out FILE\n"
    "       hopscope-disturb stop  --pid N --for NS --every NS --out FILE\n"
    "       hopscope-disturb timer --cpu N --every NS --out FILE\n"
    "Prints \"ready\", disturbs until SIGTERM or the end of stdin, then prints what it did as one line of JSON.\n"
    "FILE holds pairs of TSC readings (from, to; 8 bytes each, little endian): when the disturbance really was.\n";

namespace {

constexpr std::uint64_t kLongestNs = 60'000'000'000;  // as the settings have it: experiments/spec/schema.ts, inject

template <class Number>
bool read_number(std::string_view text, Number low, Number high, Number& into) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high) return false;
  into = value;
  return true;
}

std::string missing(const char* key) { return std::string(key) + " is missing"; }

}  // namespace

std::string read_arguments(int argc, char** argv, Arguments& into) {
  if (argc < 2) return "name a disturbance: hog, stop or timer";
  const std::string_view kind = argv[1];
  if (kind == "hog")
    into.kind = Kind::Hog;
  else if (kind == "stop")
    into.kind = Kind::Stop;
  else if (kind == "timer")
    into.kind = Kind::Timer;
  else
    return "there is no disturbance " + std::string(kind) + ": write hog, stop or timer";

  for (int i = 2; i < argc; i += 2) {
    const std::string_view key = argv[i];
    if (i + 1 == argc) return std::string(key) + " has no value";
    const std::string_view value = argv[i + 1];
    bool good = true;
    if (key == "--cpu")
      good = read_number(value, 0, 4095, into.cpu);
    else if (key == "--pid")
      good = read_number<pid_t>(value, 2, 1 << 30, into.pid);  // not init, and no process group
    else if (key == "--on")
      good = read_number<std::uint64_t>(value, 1'000, kLongestNs, into.on_ns);
    else if (key == "--off")
      good = read_number<std::uint64_t>(value, 1'000, kLongestNs, into.off_ns);
    else if (key == "--for")
      good = read_number<std::uint64_t>(value, 1'000, kLongestNs, into.for_ns);
    else if (key == "--every")
      good = read_number<std::uint64_t>(value, 10'000, kLongestNs, into.every_ns);
    else if (key == "--scheduler" && (value == "fifo" || value == "other"))
      into.scheduler = value == "fifo" ? core::Scheduler::Fifo : core::Scheduler::Other;
    else if (key == "--out")
      into.out = value;
    else
      return std::string(key) + " " + std::string(value) + " is not understood";
    if (!good) return std::string(key) + " " + std::string(value) + " is out of range";
  }

  if (into.out.empty()) return missing("--out");
  if (into.kind != Kind::Stop && into.cpu < 0) return missing("--cpu");
  if (into.kind == Kind::Hog && into.on_ns == 0) return missing("--on");
  if (into.kind == Kind::Hog && into.off_ns == 0) return missing("--off");
  if (into.kind == Kind::Stop && into.pid == 0) return missing("--pid");
  if (into.kind == Kind::Stop && into.for_ns == 0) return missing("--for");
  if (into.kind != Kind::Hog && into.every_ns == 0) return missing("--every");
  if (into.kind == Kind::Stop && into.for_ns >= into.every_ns) return "--for must be shorter than --every: the process would never run";
  return {};
}

}  // namespace hopscope::disturb
