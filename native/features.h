// What this kernel can do, found by doing it: one BPF program a feature, each loaded and attached on its own.
#pragma once

#include <string>
#include <vector>

namespace hopscope::native {

struct Feature {
  std::string name;
  bool ok;
  std::string detail;
  std::string remedy;  // empty when ok
};

// deny: reported as missing without being tried.
std::vector<Feature> find_features(const std::string& object_directory, const std::vector<std::string>& deny);

}  // namespace hopscope::native
