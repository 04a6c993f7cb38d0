// Lets its time be taken in known ways: stall_target PAGE CPU NAME
//
// Runs as NAME on CPU, with a telemetry page at PAGE that holds its thread id, clock and a ring of gaps. Does what each line of stdin says:
//   spin MS | sleep MS | faults N | major FILE | reads N | calls N | shootdowns N | move CPU | gaps N
// and answers with the time-stamp counter before and after. SCHED_FIFO where NAME ends in "-fifo".
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/clock.h"
#include "engine/core/lcore.h"
#include "engine/core/page.h"

namespace {

using namespace hopscope;

constexpr std::size_t kPageBytes = 4096;
std::uint64_t millihertz = 0;

core::Ticks milliseconds(std::uint64_t ms) { return millihertz / 1'000'000 * ms; }

void spin(std::uint64_t ms) {
  const core::Ticks until = core::now_ticks() + milliseconds(ms);
  while (core::now_ticks() < until) core::cpu_relax();
}

void sleep(std::uint64_t ms) {
  const timespec time{static_cast<time_t>(ms / 1'000), static_cast<long>(ms % 1'000) * 1'000'000};
  nanosleep(&time, nullptr);
}

char* map(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
}

void fault(std::uint64_t pages) {
  char* memory = map(pages * kPageBytes);
  madvise(memory, pages * kPageBytes, MADV_NOHUGEPAGE);
  for (std::uint64_t i = 0; i < pages; ++i) static_cast<volatile char*>(memory)[i * kPageBytes] = 1;
  munmap(memory, pages * kPageBytes);
}

// Reads a page of a file that is not in the page cache.
void fault_from_disk(const std::string& file) {
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  fsync(fd);
  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  void* memory = mmap(nullptr, kPageBytes, PROT_READ, MAP_PRIVATE, fd, 0);
  if (memory != MAP_FAILED) static_cast<void>(*static_cast<volatile char*>(memory));
  munmap(memory, kPageBytes);
  close(fd);
}

void read_zeros(std::uint64_t times) {
  static std::vector<char> buffer(1 << 20);
  const int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  for (std::uint64_t i = 0; i < times; ++i)
    if (read(fd, buffer.data(), buffer.size()) < 0) std::abort();
  close(fd);
}

void call(std::uint64_t times) {
  for (std::uint64_t i = 0; i < times; ++i) syscall(SYS_getppid);
}

// Another thread, on any other CPU, takes pages away that this one's CPU may have in its TLB.
void be_shot_down(std::uint64_t times) {
  char* memory = map(kPageBytes);
  std::atomic<bool> done{false};
  std::thread other([&] {
    cpu_set_t all;
    CPU_ZERO(&all);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) CPU_SET(cpu, &all);
    CPU_CLR(sched_getcpu(), &all);
    sched_setaffinity(0, sizeof all, &all);
    for (std::uint64_t i = 0; i < times; ++i) {
      *static_cast<volatile char*>(memory) = 1;
      madvise(memory, kPageBytes, MADV_DONTNEED);
    }
    done = true;
  });
  while (!done) core::cpu_relax();
  other.join();
  munmap(memory, kPageBytes);
}

void move(unsigned cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

// i + 1 ticks long each, beginning now.
void leave_gaps(hs_gap_ring& ring, std::uint64_t times) {
  for (std::uint64_t i = 0; i < times; ++i) {
    ring.gap[ring.produced % HS_GAPS] = {core::now_ticks(), i + 1};
    __atomic_store_n(&ring.produced, ring.produced + 1, __ATOMIC_RELEASE);
  }
}

void obey(core::Page& page, const std::string& verb, const std::string& word) {
  const std::uint64_t n = std::strtoull(word.c_str(), nullptr, 10);
  if (verb == "spin") return spin(n);
  if (verb == "sleep") return sleep(n);
  if (verb == "faults") return fault(n);
  if (verb == "major") return fault_from_disk(word);
  if (verb == "reads") return read_zeros(n);
  if (verb == "calls") return call(n);
  if (verb == "shootdowns") return be_shot_down(n);
  if (verb == "move") return move(static_cast<unsigned>(n));
  if (verb == "gaps") return leave_gaps(page->gaps[0], n);
  std::fprintf(stderr, "stall_target: no command %s\n", verb.c_str());
  std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "stall_target PAGE CPU NAME\n"), 2;
  const std::string name = argv[3];
  const core::Scheduler scheduler = name.ends_with("-fifo") ? core::Scheduler::Fifo : core::Scheduler::Other;
  core::Plan plan;
  plan.page_path = argv[1];
  core::Page page;
  std::string error = page.create(plan);
  if (error.empty()) error = core::bind_thread(std::atoi(argv[2]), scheduler, name.c_str());
  if (!error.empty()) return std::fprintf(stderr, "%s\n", error.c_str()), 1;
  core::Calibration::measure(20, &millihertz);
  page->threads = 1;
  page->tids[0] = static_cast<hs_u32>(gettid());
  page->tsc_millihertz = millihertz;
  page->start = core::read_clock_pair();
  page->gap_floor_ticks = 1;
  page->gaps[0].idle_ticks = milliseconds(2'000);
  page->site_picoseconds = 650'000;
  page.set_state(HS_STATE_READY);
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb, word;
    words >> verb >> word;
    const core::Ticks from = core::now_ticks();
    obey(page, verb, word);
    const core::Ticks to = core::now_ticks();
    std::cout << from << ' ' << to << std::endl;
  }
}
