// An array of strings that JavaScript passes in.
#pragma once

#include <napi.h>

#include <string>
#include <vector>

namespace hopscope::native {

inline std::vector<std::string> string_list(const Napi::Value& value) {
  std::vector<std::string> list;
  const auto array = value.As<Napi::Array>();
  for (std::uint32_t i = 0; i < array.Length(); ++i) list.push_back(array.Get(i).ToString().Utf8Value());
  return list;
}

}  // namespace hopscope::native
