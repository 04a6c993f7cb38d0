#include "native/syscall_names.h"

#include <array>

namespace hopscope::native {
namespace {

constexpr auto kNames = [] {
  std::array<const char*, 1024> names{};
  struct {
    std::size_t number;
    const char* name;
  } constexpr known[] = {
#include "syscall_names.inc"  // by native/CMakeLists.txt from <asm/unistd_64.h>
  };
  for (const auto& [number, name] : known) names[number] = name;
  return names;
}();

}  // namespace

std::string syscall_name(std::uint64_t number) {
  return number < kNames.size() && kNames[number] ? kNames[number] : "syscall " + std::to_string(number);
}

}  // namespace hopscope::native
