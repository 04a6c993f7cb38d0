// One loaded BPF object: open, set sizes, load; everything in the kernel goes with it.
//
// libbpf's own words never reach stderr: the last meaningful line of a failed step becomes part of the Failure.
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cstdint>
#include <memory>
#include <string>

namespace hopscope::native {

struct LinkDeleter {
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};
using BpfLink = std::unique_ptr<bpf_link, LinkDeleter>;

struct RingBufferDeleter {
  void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};
using OutputRing = std::unique_ptr<ring_buffer, RingBufferDeleter>;

class BpfObject {
 public:
  // Opens `directory`/`name`.bpf.o; nothing is in the kernel yet.
  BpfObject(const std::string& directory, const std::string& name);

  // Before load(). bytes: for rings a power of two, at least a page.
  void set_max_entries(const char* map, std::uint32_t bytes);
  // Before load(): leaves this program out, for a kernel that lacks what it needs.
  void leave_out(const char* program_name);
  // Before load(): the map of that name is the other object's, loaded already.
  void share_map(const char* map, const BpfObject& other);
  // Before load(): the map of that name is the one with this id in the kernel, made by whomever.
  void adopt_map(const char* map, std::uint32_t id);
  void load();

  int map_fd(const char* map) const;
  std::uint32_t map_id(const char* map) const;
  bpf_program* program(const char* name) const;
  int program_fd(const char* name) const { return bpf_program__fd(program(name)); }

  // Attaches by the program's section name.
  BpfLink attach(const char* program_name) const;
  // Attaches to one place in a file's text, for one process (all its threads). cookie: what bpf_get_attach_cookie() gives there.
  BpfLink attach_uprobe(const char* program_name, int pid, const std::string& file, std::uint64_t file_offset, std::uint64_t cookie) const;

  // records: called with each record of a BPF_MAP_TYPE_RINGBUF; a negative return stops the consumption after that record.
  OutputRing consume(const char* map, ring_buffer_sample_fn records, void* context) const;

 private:
  struct Deleter {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
  };
  bpf_map* map(const char* name) const;
  std::string name_;
  std::unique_ptr<bpf_object, Deleter> object_;
};

}  // namespace hopscope::native
