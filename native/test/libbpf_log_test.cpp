#include "native/libbpf_log.h"

#include <gtest/gtest.h>

namespace hopscope::native {
namespace {

TEST(LibbpfLog, VerdictOfTheVerifierIsFoundBetweenItsFrames) {
  EXPECT_EQ(last_meaningful_line("libbpf: prog 'drain': BPF program load failed: Permission denied\n"
                                 "libbpf: prog 'drain': -- BEGIN PROG LOAD LOG --\n"
                                 "0: R1=ctx(off=0,imm=0)\n"
                                 "; return *p;\n"
                                 "R1 invalid mem access 'scalar'\n"
                                 "processed 9 insns (limit 1000000) max_states_per_insn 0\n"
                                 "-- END PROG LOAD LOG --\n"
                                 "libbpf: prog 'drain': failed to load: -13\n"
                                 "libbpf: failed to load object 'stream.bpf.o'\n"),
            "R1 invalid mem access 'scalar'");
}

TEST(LibbpfLog, MisleadingHintIsLeftOut) {
  EXPECT_EQ(last_meaningful_line("libbpf: prog 'p': BPF program load failed: Operation not permitted\n"
                                 "libbpf: permission error while running as root; try raising 'ulimit -l'? current value: 8.0 MiB\n"
                                 "libbpf: prog 'p': failed to load: -1\n"),
            "prog 'p': BPF program load failed: Operation not permitted");
}

TEST(LibbpfLog, MissingRightsAreSaidByTheErrnoAlone) {
  EXPECT_EQ(
      last_meaningful_line("libbpf: Error in bpf_object__probe_loading():Operation not permitted(1). Couldn't load trivial BPF program.\n"
                           "libbpf: failed to load object 'stream.bpf.o'\n"),
      "");
}

TEST(LibbpfLog, NothingSaid) {
  EXPECT_EQ(last_meaningful_line(""), "");
  EXPECT_EQ(last_meaningful_line(" \n\t\n"), "");
}

}  // namespace
}  // namespace hopscope::native
