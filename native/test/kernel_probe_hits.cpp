// Attaches a kprobe and an fentry program to one function of the kernel, calls it, and prints how often each ran: what test/guest asks of a
// kernel that has both. The programs are those by which `hopscope doctor` finds out.
// usage: kernel_probe_hits FOLDER_OF_BPF_OBJECTS
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "native/bpf_object.h"
#include "native/failure.h"

namespace {

using hopscope::native::BpfObject;
using hopscope::native::Failure;

constexpr int kReads = 100;

unsigned long long runs_of(int program_fd) {
  bpf_prog_info info{};
  __u32 length = sizeof info;
  if (bpf_obj_get_info_by_fd(program_fd, &info, &length) != 0) throw Failure("the kernel tells nothing of the program");
  return info.run_cnt;
}

// Calls vfs_read, to which both programs belong.
void read_often() {
  const int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  char byte = 0;
  for (int i = 0; i < kReads; ++i)
    if (read(fd, &byte, 1) != 1) throw Failure("/dev/zero cannot be read");
  close(fd);
}

void try_one(const char* kind, const std::string& directory, const std::string& name) {
  BpfObject object(directory, name);
  object.load();
  const hopscope::native::BpfLink link = object.attach("on_vfs_read");
  read_often();
  std::printf("%s %llu\n", kind, runs_of(object.program_fd("on_vfs_read")));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const int stats = bpf_enable_stats(BPF_STATS_RUN_TIME);  // the kernel counts runs only while this is open
  try {
    if (stats < 0) throw Failure("bpf_enable_stats is refused");
    try_one("kprobe", argv[1], "feature_kprobe");
    try_one("fentry", argv[1], "feature_fentry");
  } catch (const Failure& failure) {
    std::fprintf(stderr, "kernel_probe_hits: %s\n", failure.what());
    return 1;
  }
  close(stats);
  return 0;
}
