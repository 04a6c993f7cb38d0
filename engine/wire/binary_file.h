// ITCH in BinaryFILE form: u16 length, then the message. Read in place over bytes that the caller maps.
//
// Some writers leave every length 0; the length then follows from the message type. A zero length with nothing behind it is the end marker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "engine/wire/bytes.h"
#include "engine/wire/itch.h"

namespace hopscope::wire {

class BinaryFile {
 public:
  BinaryFile() = default;
  explicit BinaryFile(Bytes file) : file_(file) {}

  // False at the end and at the first fault; error() tells which.
  bool next(itch::Message& message) {
    if (at_ == file_.size() || !error_.empty()) return false;
    const std::size_t room = file_.size() - at_;
    if (room < kPrefixBytes) return fail("ends inside a length prefix", room);
    std::size_t length_bytes = load_be16(file_.data() + at_);
    if (length_bytes == 0) {
      if (room == kPrefixBytes) {
        at_ = file_.size();
        return false;
      }
      length_bytes = itch::length_of(static_cast<char>(file_[at_ + kPrefixBytes]));
      if (length_bytes == 0)
        return fail("length 0 before an unknown message type, code", static_cast<std::size_t>(file_[at_ + kPrefixBytes]));
    }
    if (length_bytes > room - kPrefixBytes) return fail("ends inside a message of length", length_bytes);
    message = itch::Message(file_.subspan(at_ + kPrefixBytes, length_bytes));
    if (!message.well_formed()) return fail("message type and length disagree: length", length_bytes);
    unknown_ += itch::length_of(message.type()) == 0;
    at_ += kPrefixBytes + length_bytes;
    return true;
  }

  void rewind() {
    at_ = 0;
    unknown_ = 0;
    error_.clear();
  }

  // Bytes consumed so far.
  std::size_t offset() const { return at_; }
  // Messages passed on so far whose type is of no revision: their length prefix says where the next one begins.
  std::uint64_t unknown() const { return unknown_; }
  // Empty, or one line: what is wrong, where, and what to do.
  const std::string& error() const { return error_; }

 private:
  static constexpr std::size_t kPrefixBytes = 2;

  bool fail(const char* what, std::size_t value) {
    char line[200];
    std::snprintf(line, sizeof line, "byte %zu: %s %zu; is this an ITCH 5.0 BinaryFILE (unpacked, not cut off)?", at_, what, value);
    error_ = line;
    return false;
  }

  Bytes file_;
  std::size_t at_ = 0;
  std::uint64_t unknown_ = 0;
  std::string error_;
};

}  // namespace hopscope::wire
