// Reads a plan's JSON key by key: types, ranges, required keys.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace hopscope::core {

using Json = nlohmann::json;

inline constexpr std::uint32_t kMillion = 1'000'000;

// Walks one JSON object; remembers the first fault and the path to it.
class PlanReader {
 public:
  PlanReader(const Json& json, std::string path, std::string& fault) : json_(json), path_(std::move(path)), fault_(fault) {
    if (fault_.empty() && !json_.is_object()) fault_ = path_ + ": an object is needed";
  }

  void text(const char* key, std::string& out) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_string()) return fail(key, "a string is needed");
    out = value->get<std::string>();
  }
  void flag(const char* key, bool& out) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_boolean()) return fail(key, "true or false is needed");
    out = value->get<bool>();
  }
  void number(const char* key, double& out, double low, double high) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_number()) return fail(key, "a number is needed");
    const auto given = value->get<double>();
    if (!(given >= low && given <= high)) return fail(key, "out of range");
    out = given;
  }
  template <class Integer>
  void integer(const char* key, Integer& out, std::uint64_t low, std::uint64_t high) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_number_unsigned() && !(value->is_number_integer() && value->get<std::int64_t>() >= 0))
      return fail(key, "a non-negative integer is needed");
    const auto given = value->get<std::uint64_t>();
    if (given < low || given > high) return fail(key, "must be between " + std::to_string(low) + " and " + std::to_string(high));
    out = static_cast<Integer>(given);
  }
  void signed_integer(const char* key, std::int64_t& out, std::int64_t limit) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_number_integer()) return fail(key, "an integer is needed");
    const auto given = value->get<std::int64_t>();
    if (given < -limit || given > limit) return fail(key, "out of range");
    out = given;
  }
  template <class Enum>
  void one_of(const char* key, Enum& out, std::initializer_list<std::pair<const char*, Enum>> names) {
    std::string given;
    text(key, given);
    if (!fault_.empty()) return;
    std::string known;
    for (const auto& [name, value] : names) {
      if (given == name) {
        out = value;
        return;
      }
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    fail(key, "'" + given + "' is none of " + known);
  }
  bool has(const char* key) const { return fault_.empty() && json_.contains(key); }
  template <class Visit>
  void object(const char* key, Visit visit) {
    if (const Json* value = find(key)) {
      PlanReader inner(*value, path_of(key), fault_);
      if (fault_.empty()) visit(inner);
    }
  }
  template <class Visit>
  void each(const char* key, Visit visit) {
    const Json* value = find(key);
    if (!value) return;
    if (!value->is_array()) return fail(key, "a list is needed");
    for (std::size_t i = 0; i < value->size() && fault_.empty(); ++i) visit((*value)[i], path_of(key) + "[" + std::to_string(i) + "]");
  }
  void texts(const char* key, std::vector<std::string>& out) {
    each(key, [&](const Json& value, const std::string& path) {
      if (value.is_string()) {
        out.push_back(value.get<std::string>());
      } else {
        fault_ = path + ": a string is needed";
      }
    });
  }
  void cpus(const char* key, std::vector<unsigned>& out) {
    each(key, [&](const Json& value, const std::string& path) {
      if (value.is_number_unsigned() && value.get<std::uint64_t>() < 4096) {
        out.push_back(value.get<unsigned>());
      } else {
        fault_ = path + ": the number of a CPU is needed";
      }
    });
  }
  // One of a list that each() walks.
  template <class Visit>
  void inside(const Json& json, const std::string& path, Visit visit) {
    PlanReader inner(json, path, fault_);
    if (fault_.empty()) visit(inner);
  }
  void fail(const char* key, const std::string& what) { fault(path_of(key), what); }
  void fault(const std::string& path, const std::string& what) {
    if (fault_.empty()) fault_ = path + ": " + what;
  }

 private:
  std::string path_of(const char* key) const { return path_.empty() ? key : path_ + "." + key; }
  const Json* find(const char* key) {
    if (!fault_.empty()) return nullptr;
    const auto at = json_.find(key);
    if (at == json_.end()) {
      fail(key, "missing");
      return nullptr;
    }
    return &*at;
  }

  const Json& json_;
  std::string path_;
  std::string& fault_;
};

}  // namespace hopscope::core
