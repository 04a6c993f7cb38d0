// What a command prints, by stream.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "engine/journal_tool/commands.h"

namespace hopscope::journal_tool {

class CapturedOutput : public testing::Test {
 protected:
  template <class Command>
  Verdict output_of(Command command) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const Verdict verdict = command();
    output_ = testing::internal::GetCapturedStdout();
    error_ = testing::internal::GetCapturedStderr();
    return verdict;
  }

  std::string output_, error_;
};

}  // namespace hopscope::journal_tool
