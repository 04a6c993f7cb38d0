#include "engine/journal/crc32c.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "engine/core/random.h"

namespace hopscope::journal {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

// Check values of RFC 3720, appendix B.4, and of the catalogue of parametrised CRC algorithms (CRC-32/ISCSI).
TEST(Crc32c, AgreesWithPublishedValues) {
  const std::vector<std::byte> zeros(32);
  const std::vector<std::byte> ones(32, std::byte{0xff});
  for (const auto crc : {crc32c, crc32c_portable}) {
    EXPECT_EQ(crc(0, bytes_of("123456789")), 0xe3069283u);
    EXPECT_EQ(crc(0, zeros), 0x8a9136aau);
    EXPECT_EQ(crc(0, ones), 0x62a8ab43u);
    EXPECT_EQ(crc(0, {}), 0u);
  }
}

TEST(Crc32c, InstructionAgreesWithTheDefinitionForEveryLengthAndAlignment) {
  if (!__builtin_cpu_supports("sse4.2")) GTEST_SKIP() << "this processor has no CRC32C instruction";
  core::Random random(7, core::Stream::FeedFlow);
  std::vector<std::byte> bytes(300);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
  for (std::size_t from = 0; from < 9; ++from)
    for (std::size_t length = 0; length + from <= 200; ++length) {
      const auto part = std::span<const std::byte>(bytes).subspan(from, length);
      ASSERT_EQ(crc32c_instruction(0, part), crc32c_portable(0, part)) << from << "+" << length;
    }
}

// Both sides of every number of steps, and more than the streams take in one go.
TEST(Crc32c, ThreeStreamsAgreeWithOne) {
  if (!__builtin_cpu_supports("sse4.2") || !__builtin_cpu_supports("pclmul"))
    GTEST_SKIP() << "this processor has no CRC32C instruction, or no carry-less product";
  core::Random random(7, core::Stream::FeedFlow);
  std::vector<std::byte> bytes(9 * Crc32cStreams::kMostSteps * Crc32cStreams::kStepBytes);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
  for (std::size_t length = 0; length <= bytes.size(); length += length % 64 == 60 ? 4 : 20) {
    const auto part = std::span<const std::byte>(bytes).first(length);
    ASSERT_EQ(Crc32cStreams::crc(0x1234'5678, part), crc32c_instruction(0x1234'5678, part)) << length;
  }
}

TEST(Crc32c, MayBeFedInPieces) {
  const auto text = bytes_of("hopscope sees every hop of every order");
  for (std::size_t cut = 0; cut <= text.size(); ++cut) EXPECT_EQ(crc32c(crc32c(0, text.first(cut)), text.subspan(cut)), crc32c(0, text));
}

}  // namespace
}  // namespace hopscope::journal
