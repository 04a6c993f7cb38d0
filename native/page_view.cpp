#include "native/page_view.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "engine/core/clock.h"
#include "engine/risk/kill_switch.h"
#include "native/failure.h"

namespace hopscope::native {

PageView::PageView(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) throw Failure("page " + path + ": " + std::strerror(errno) + ": the engine makes it when it starts; look at its last lines");
  struct stat status {};
  const bool whole = fstat(fd, &status) == 0 && static_cast<std::size_t>(status.st_size) >= sizeof(hs_page);
  void* memory = whole ? mmap(nullptr, sizeof(hs_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
  ::close(fd);
  if (memory == MAP_FAILED) throw Failure("page " + path + ": not a whole page yet: ask again when the engine has started");
  page_ = static_cast<hs_page*>(memory);
  const std::uint64_t magic = __atomic_load_n(&page_->magic, __ATOMIC_ACQUIRE);
  if (magic == HS_PAGE_MAGIC && page_->version == HS_PAGE_VERSION && page_->size == sizeof(hs_page)) return;
  close();
  throw Failure("page " + path +
                (magic == 0 ? ": not complete yet: ask again when the engine has started"
                            : ": not a telemetry page of this version: build engine and addon together (`npm run setup`)"));
}

const hs_page& PageView::page() const {
  if (!page_) throw Failure("page: closed: open it again");
  return *page_;
}

void PageView::command(hs_command command) {
  static_cast<void>(page());
  __atomic_store_n(&page_->command, static_cast<hs_u32>(command), __ATOMIC_RELEASE);
}

void PageView::kill(hs_kill_cause by) {
  static_cast<void>(page());
  risk::KillSwitch(page_->kill).pull(by);
}

void PageView::arm() {
  static_cast<void>(page());
  const risk::KillSwitch kill_switch(page_->kill);
  if (const hs_u64 trip = kill_switch.trip(); trip != 0) kill_switch.arm(trip);
}

std::uint64_t PageView::ask(std::string_view text) {
  static_cast<void>(page());
  hs_mailbox& mailbox = page_->mailbox;
  const hs_u64 last = __atomic_load_n(&mailbox.asked, __ATOMIC_RELAXED);
  if (__atomic_load_n(&mailbox.answered, __ATOMIC_ACQUIRE) != last)
    throw Failure("page: an earlier command has no answer yet: ask again in a moment");
  if (text.size() > sizeof mailbox.text)
    throw Failure("page: a command of " + std::to_string(text.size()) + " bytes: at most " + std::to_string(sizeof mailbox.text) +
                  " have room");
  std::memcpy(mailbox.text, text.data(), text.size());
  mailbox.text_bytes = static_cast<hs_u32>(text.size());
  __atomic_store_n(&mailbox.asked, last + 1, __ATOMIC_RELEASE);
  return last + 1;
}

std::optional<PageView::Answer> PageView::answer(std::uint64_t number) const {
  const hs_mailbox& mailbox = page().mailbox;
  if (__atomic_load_n(&mailbox.answered, __ATOMIC_ACQUIRE) != number) return std::nullopt;
  const std::size_t length = std::min<std::size_t>(mailbox.answer_bytes, sizeof mailbox.answer_text);
  return Answer{mailbox.answer == HS_ANSWER_DONE, std::string(mailbox.answer_text, length)};
}

void PageView::beat() {
  static_cast<void>(page());
  if (!heartbeat_) heartbeat_ = std::make_unique<Heartbeat>(page_->orchestrator_tsc);
}

void PageView::set_collector(hs_u32 pid) {
  static_cast<void>(page());
  __atomic_store_n(&page_->collector_pid, pid, __ATOMIC_RELEASE);
}

void PageView::close() {
  heartbeat_.reset();
  if (page_) munmap(page_, sizeof(hs_page));
  page_ = nullptr;
}

double PageView::measure_seconds() const {
  const hs_page& p = page();
  if (p.measure_start_tsc == 0 || p.tsc_millihertz == 0) return 0;
  const std::uint64_t end = p.measure_end_tsc > p.measure_start_tsc ? p.measure_end_tsc : p.heartbeat_tsc;
  return end > p.measure_start_tsc ? static_cast<double>(end - p.measure_start_tsc) / tsc_hz() : 0;
}

double PageView::heartbeat_age_ms() const {
  const hs_page& p = page();
  const std::uint64_t beat = __atomic_load_n(&p.heartbeat_tsc, __ATOMIC_RELAXED);
  if (beat == 0 || p.tsc_millihertz == 0) return -1;
  const std::uint64_t now = core::now_ticks();
  return now > beat ? static_cast<double>(now - beat) / tsc_hz() * 1e3 : 0;
}

}  // namespace hopscope::native
