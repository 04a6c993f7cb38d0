#include "engine/wire/binary_file.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/wire/itch_encode.h"

namespace hopscope::wire {
namespace {

class FileBytes {
 public:
  FileBytes& message(bool with_length, std::uint64_t reference) {
    std::byte buffer[64];
    const std::size_t bytes = itch::encode_delete(buffer, {.locate = 1, .timestamp_ns = 5}, reference);
    prefix(static_cast<std::uint16_t>(with_length ? bytes : 0));
    bytes_.insert(bytes_.end(), buffer, buffer + bytes);
    return *this;
  }
  FileBytes& prefix(std::uint16_t length_bytes) {
    bytes_.resize(bytes_.size() + 2);
    store_be16(bytes_.data() + bytes_.size() - 2, length_bytes);
    return *this;
  }
  FileBytes& raw(const std::string& text) {
    for (char c : text) bytes_.push_back(static_cast<std::byte>(c));
    return *this;
  }
  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

std::vector<std::uint64_t> references(BinaryFile& file) {
  std::vector<std::uint64_t> seen;
  for (itch::Message message; file.next(message);) {
    if (const auto* gone = message.as<itch::Delete>()) seen.push_back(gone->reference);
  }
  return seen;
}

TEST(BinaryFile, ReadsGivenAndZeroLengths) {
  FileBytes bytes;
  bytes.message(true, 1).message(false, 2).message(true, 3);
  BinaryFile file(bytes.bytes());
  EXPECT_EQ(references(file), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(file.error(), "");
  EXPECT_EQ(file.offset(), bytes.bytes().size());
  file.rewind();
  EXPECT_EQ(references(file).size(), 3u);
}

TEST(BinaryFile, ZeroLengthWithNothingBehindEndsTheFile) {
  FileBytes bytes;
  bytes.message(true, 1).prefix(0);
  BinaryFile file(bytes.bytes());
  EXPECT_EQ(references(file).size(), 1u);
  EXPECT_EQ(file.error(), "");
}

TEST(BinaryFile, PassesOnUnknownTypesThatHaveALength) {
  FileBytes bytes;
  bytes.prefix(15).raw("z12345678901234").message(true, 4);
  BinaryFile file(bytes.bytes());
  EXPECT_EQ(references(file), (std::vector<std::uint64_t>{4}));
  EXPECT_EQ(file.error(), "");
  EXPECT_EQ(file.unknown(), 1u);
  file.rewind();
  EXPECT_EQ(file.unknown(), 0u);
}

TEST(BinaryFile, NamesUnknownTypeWithZeroLength) {
  FileBytes bytes;
  bytes.message(true, 1).prefix(0).raw("z123456789012");
  BinaryFile file(bytes.bytes());
  EXPECT_EQ(references(file).size(), 1u);
  EXPECT_NE(file.error().find("byte 21"), std::string::npos) << file.error();
  EXPECT_NE(file.error().find("unknown message type, code 122"), std::string::npos) << file.error();
  itch::Message message;
  EXPECT_FALSE(file.next(message)) << "the fault is final";
}

TEST(BinaryFile, NamesWrongLengths) {
  FileBytes bytes;
  bytes.prefix(20).raw("D1234567890123456789");
  BinaryFile file(bytes.bytes());
  EXPECT_TRUE(references(file).empty());
  EXPECT_NE(file.error().find("disagree"), std::string::npos) << file.error();
}

TEST(BinaryFile, EveryCutInsideAMessageIsAFault) {
  FileBytes bytes;
  bytes.message(true, 1).message(false, 2);
  for (std::size_t length = 1; length < bytes.bytes().size(); ++length) {
    BinaryFile file(Bytes(bytes.bytes()).first(length));
    references(file);
    const bool whole = length == 21 || length == 23;  // 23: cut right behind a zero length, which reads as the end marker
    EXPECT_EQ(file.error().empty(), whole) << length;
  }
}

}  // namespace
}  // namespace hopscope::wire
