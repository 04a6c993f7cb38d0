// What goes wrong in the addon outside its hot path: one line with its remedy. The addon's edge turns it into a JavaScript error.
#pragma once

#include <stdexcept>
#include <string>

namespace hopscope::native {

class Failure : public std::runtime_error {
 public:
  Failure(const std::string& cause, const std::string& remedy) : std::runtime_error(cause + ": " + remedy), cause_(cause) {}
  explicit Failure(const std::string& line) : std::runtime_error(line), cause_(line) {}

  // Without the remedy, where the two were told apart.
  const std::string& cause() const { return cause_; }

 private:
  std::string cause_;
};

}  // namespace hopscope::native
