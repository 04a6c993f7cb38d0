// One ITCH message: recognised or not, no view reads outside it.
#include "engine/fuzz/target.h"
#include "engine/wire/itch_visit.h"

using namespace hopscope;
namespace itch = wire::itch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wire::Bytes bytes = fuzz::bytes_of(data, size);
  const itch::Message message(bytes);
  bool visited = false;
  const itch::Recognised recognised = itch::visit(message, [&](const auto& view) {
    visited = true;
    const wire::Bytes seen = std::as_bytes(std::span(&view, 1));
    fuzz::require(fuzz::inside(seen, bytes), "a view stays inside its message");
    fuzz::touch(seen);
    fuzz::require(seen.size() == size, "a view is as long as its message");
  });
  fuzz::require(visited == (recognised == itch::Recognised::Known), "what is known is visited, and nothing else");
  if (recognised != itch::Recognised::Malformed) {
    fuzz::require(message.timestamp_ns() >> 48 == 0, "a time has 48 bits");
    fuzz::require((itch::length_of(message.type()) == 0) == (recognised == itch::Recognised::Unknown), "unknown is what has no length");
    fuzz::require(message.locate() == wire::load_be16(bytes.data() + 1), "the locate stands behind the type");
  }
  itch::MessageCounts counts;
  fuzz::require(counts.take(message) == recognised, "counting recognises what visiting does");
  fuzz::require(counts.known() + counts.unknown() + counts.malformed() == 1, "each message counts once");
  return 0;
}
