// A block as the journal gave it to the device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hopscope::torture {

struct SubmittedBlock {
  std::uint64_t offset = 0;       // on the device
  std::uint64_t last_record = 0;  // sequence number
  std::uint32_t stored_bytes = 0;
  std::vector<std::byte> bytes;  // header and records, no padding
};

}  // namespace hopscope::torture
