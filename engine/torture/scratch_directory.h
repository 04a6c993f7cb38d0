// A fresh directory in a given one, removed with all that is in it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace hopscope::torture {

class ScratchDirectory {
 public:
  explicit ScratchDirectory(const std::string& in) : path_(in + "/hopscope-torture-" + std::string(6, 'X')) {  // as mkdtemp() wants it
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  // Empty: it cannot be created.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace hopscope::torture
