#include "engine/torture/image_file.h"

#include <sys/mman.h>
#include <unistd.h>

namespace hopscope::torture {

ImageFile::ImageFile(std::span<const std::byte> bytes) : fd_(memfd_create("torture", MFD_CLOEXEC)) {
  while (fd_ >= 0 && !bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written <= 0) return;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (fd_ >= 0) path_ = "/proc/self/fd/" + std::to_string(fd_);
}

ImageFile::~ImageFile() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace hopscope::torture
