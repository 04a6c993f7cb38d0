#include "native/bpf_object.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "native/failure.h"
#include "native/libbpf_log.h"

namespace hopscope::native {
namespace {

std::string remedy(int error) {
  switch (error) {
    case EPERM:
    case EACCES:
      return geteuid() == 0 ? "this kernel or container forbids it; see `hopscope doctor`" : "run as root";
    case ENOMEM:
    case E2BIG:
      return "ask for smaller rings";
    default:
      return "see `hopscope doctor` for what this kernel can do";
  }
}

// libbpf functions return null or a negative number and set errno.
[[noreturn]] void fail(const std::string& what, const LibbpfLog& log) {
  const int error = errno;  // first: what follows may change it
  const std::string line = log.last_meaningful_line();
  throw Failure("bpf: " + what + ": " + std::strerror(error) + (line.empty() ? "" : " (" + line + ")"), remedy(error));
}

}  // namespace

BpfObject::BpfObject(const std::string& directory, const std::string& name) : name_(name) {
  const std::string path = directory + "/" + name + ".bpf.o";
  const LibbpfLog log;
  object_.reset(bpf_object__open_file(path.c_str(), nullptr));
  if (!object_ && errno == ENOENT) throw Failure("bpf: " + path + " is not built", "run `npm run setup`");
  if (!object_) fail("cannot open " + path, log);
}

bpf_map* BpfObject::map(const char* name) const {
  bpf_map* found = bpf_object__find_map_by_name(object_.get(), name);
  if (!found) throw Failure("bpf: " + name_ + " has no map " + name + ": the object is of another version; run `npm run setup`");
  return found;
}

bpf_program* BpfObject::program(const char* name) const {
  bpf_program* found = bpf_object__find_program_by_name(object_.get(), name);
  if (!found) throw Failure("bpf: " + name_ + " has no program " + name + ": the object is of another version; run `npm run setup`");
  return found;
}

void BpfObject::set_max_entries(const char* name, std::uint32_t bytes) {
  const LibbpfLog log;
  if (bpf_map__set_max_entries(map(name), bytes)) fail(name_ + ": map " + name + " of " + std::to_string(bytes) + " bytes", log);
}

void BpfObject::leave_out(const char* program_name) { bpf_program__set_autoload(program(program_name), false); }

void BpfObject::share_map(const char* name, const BpfObject& other) {
  const LibbpfLog log;
  if (bpf_map__reuse_fd(map(name), other.map_fd(name))) fail(name_ + ": map " + name + " cannot be shared", log);
}

void BpfObject::adopt_map(const char* name, std::uint32_t id) {
  bpf_map* wanted = map(name);
  const std::string what = name_ + ": map " + std::to_string(id);
  const LibbpfLog log;
  const int fd = bpf_map_get_fd_by_id(id);
  if (fd < 0 && errno == ENOENT) throw Failure("bpf: " + what + " is not in the kernel", "its engine has ended; start the run again");
  if (fd < 0) fail(what + " cannot be opened", log);
  bpf_map_info info{};
  __u32 length = sizeof info;
  const bool fits = bpf_obj_get_info_by_fd(fd, &info, &length) == 0 && info.type == bpf_map__type(wanted);
  const int error = fits ? bpf_map__reuse_fd(wanted, fd) : 0;  // keeps a descriptor of its own
  close(fd);
  if (!fits) throw Failure("bpf: " + what + " is no " + name, "pass the ids of the engine's page");
  if (error) fail(what + " cannot be used as " + name, log);
}

void BpfObject::load() {
  const LibbpfLog log;
  if (bpf_object__load(object_.get())) fail("cannot load " + name_, log);
}

int BpfObject::map_fd(const char* name) const { return bpf_map__fd(map(name)); }

std::uint32_t BpfObject::map_id(const char* name) const {
  bpf_map_info info{};
  __u32 length = sizeof info;
  const LibbpfLog log;
  if (bpf_obj_get_info_by_fd(map_fd(name), &info, &length)) fail(name_ + ": map " + name + " has no id", log);
  return info.id;
}

BpfLink BpfObject::attach(const char* program_name) const {
  const LibbpfLog log;
  BpfLink link(bpf_program__attach(program(program_name)));
  if (!link) fail("cannot attach " + name_, log);
  return link;
}

BpfLink BpfObject::attach_uprobe(const char* program_name, int pid, const std::string& file, std::uint64_t file_offset,
                                 std::uint64_t cookie) const {
  bpf_uprobe_opts options{};
  options.sz = sizeof options;
  options.bpf_cookie = cookie;
  const LibbpfLog log;
  BpfLink link(bpf_program__attach_uprobe_opts(program(program_name), pid, file.c_str(), file_offset, &options));
  if (!link)
    fail("cannot attach " + name_ + " to " + file + " at offset " + std::to_string(file_offset) + " in process " + std::to_string(pid),
         log);
  return link;
}

OutputRing BpfObject::consume(const char* name, ring_buffer_sample_fn records, void* context) const {
  const LibbpfLog log;
  OutputRing ring(ring_buffer__new(map_fd(name), records, context, nullptr));
  if (!ring) fail(name_ + ": cannot map ring " + name, log);
  return ring;
}

}  // namespace hopscope::native
