// Bytes as a file that the reader can open, in memory only.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace hopscope::torture {

class ImageFile {
 public:
  explicit ImageFile(std::span<const std::byte> bytes);
  ImageFile(const ImageFile&) = delete;
  ImageFile& operator=(const ImageFile&) = delete;
  ~ImageFile();

  // Empty: there was no memory for it.
  const std::string& path() const { return path_; }

 private:
  int fd_ = -1;
  std::string path_;
};

}  // namespace hopscope::torture
