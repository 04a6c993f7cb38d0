// A BinaryFILE of ITCH messages: read to its end or to a fault that is named, and again from the start with the same outcome.
#include "engine/fuzz/target.h"
#include "engine/wire/binary_file.h"
#include "engine/wire/itch_visit.h"

using namespace hopscope;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wire::Bytes input = fuzz::bytes_of(data, size);
  wire::BinaryFile file(input);
  wire::itch::MessageCounts counts;
  std::size_t last_offset = 0;
  for (wire::itch::Message message; file.next(message);) {
    fuzz::require(fuzz::inside(message.bytes(), input), "a message stays inside its file");
    fuzz::touch(message.bytes());
    fuzz::require(counts.take(message) != wire::itch::Recognised::Malformed, "only well-formed messages come out");
    fuzz::require(file.offset() > last_offset && file.offset() <= size, "reading goes on, and not beyond the end");
    last_offset = file.offset();
  }
  fuzz::require(file.unknown() == counts.unknown(), "unknown messages are counted");
  fuzz::require(!file.error().empty() || file.offset() == size, "without a fault the file is read to its end");
  const std::string error = file.error();
  file.rewind();
  std::uint64_t again = 0;
  for (wire::itch::Message message; file.next(message);) ++again;
  fuzz::require(again == counts.known() + counts.unknown() && file.error() == error, "a second reading gives the same");
  return 0;
}
