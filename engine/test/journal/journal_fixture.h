// What the journal's tests share: sample records, a directory on a real disk, a sink that keeps the traces.
#pragma once

#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bpf/records.h"
#include "engine/core/plan.h"
#include "engine/journal/record.h"

namespace hopscope::journal {

inline Record sample_record(std::uint64_t n) {
  Record record;
  record.market_ns = 34'200'000'000'000 + n;
  record.order = 1ull << 63 | n;
  record.feed_sequence = 10 * n;
  record.price = static_cast<std::uint32_t>(1'000'000 + 100 * (n % 7));
  record.quantity = 100;
  record.locate = static_cast<std::uint16_t>(n % 16);
  record.type = n % 2 != 0 ? RecordType::OrderEntered : RecordType::Accepted;
  record.side = 'B';
  record.order_type = 'L';
  return record;
}

inline bool is_tmpfs(const std::string& directory) {
  struct statfs file_system {};
  return statfs(directory.c_str(), &file_system) == 0 && file_system.f_type == TMPFS_MAGIC;
}

// A fresh directory, removed afterwards. path() is empty where neither the temporary nor the working directory is on a disk.
class DiskDirectory {
 public:
  DiskDirectory() {
    for (const std::string& base : {testing::TempDir(), std::filesystem::current_path().string()}) {
      if (is_tmpfs(base)) continue;
      std::string name = base + "/hopscope-journal-" + std::string(6, 'X');  // mkdtemp fills it in
      if (mkdtemp(name.data()) == nullptr) continue;
      path_ = name;
      return;
    }
  }
  DiskDirectory(const DiskDirectory&) = delete;
  DiskDirectory& operator=(const DiskDirectory&) = delete;
  ~DiskDirectory() {
    if (!path_.empty()) std::filesystem::remove_all(path_);
  }
  const std::string& path() const { return path_; }
  std::string file(unsigned venue = 0) const { return path_ + "/journal-" + std::to_string(venue) + ".hsj"; }

 private:
  std::string path_;
};

inline std::string name_of_submit(const testing::TestParamInfo<core::JournalSubmit>& submit) {
  return submit.param == core::JournalSubmit::Inline ? "Inline" : submit.param == core::JournalSubmit::Sqpoll ? "Sqpoll" : "Helper";
}

inline core::JournalPlan file_plan(const std::string& directory, core::JournalSubmit submit = core::JournalSubmit::Inline) {
  core::JournalPlan plan;
  plan.device = core::JournalDevice::Uring;
  plan.submit = submit;
  plan.sqpoll_cpus.assign(8, 0);
  plan.directory = directory;
  plan.block_bytes = 4096;
  plan.size_bytes = 1 << 22;
  return plan;
}

struct TraceKeeper {
  std::vector<hs_journal_trace> traces;
  void emit(hs_journal_trace& trace) { traces.push_back(trace); }
};

}  // namespace hopscope::journal
