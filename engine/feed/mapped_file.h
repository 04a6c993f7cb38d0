// A file mapped for reading.
#pragma once

#include <string>

#include "engine/wire/bytes.h"

namespace hopscope::feed {

class MappedFile {
 public:
  MappedFile() = default;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  // Returns an empty string or one line with its remedy.
  std::string open(const std::string& path);

  wire::Bytes bytes() const { return {static_cast<const std::byte*>(address_), size_bytes_}; }

 private:
  void* address_ = nullptr;
  std::size_t size_bytes_ = 0;
};

}  // namespace hopscope::feed
