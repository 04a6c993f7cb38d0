// One OUCH message of one direction: its views and the elements of its appendage read nothing outside it.
#pragma once

#include "engine/fuzz/target.h"
#include "engine/wire/ouch.h"

namespace hopscope::fuzz {

inline void run_elements(wire::Bytes elements) {
  namespace ouch = wire::ouch;
  ouch::Appendage appendage(elements);
  std::size_t seen_bytes = 0;
  for (ouch::Element element; appendage.next(element);) {
    require(element.value.empty() || inside(element.value, elements), "a value stays inside its appendage");
    touch(element.value);
    seen_bytes += 2 + element.value.size();
    require(element.u16().has_value() + element.u32().has_value() + element.u64().has_value() + element.character().has_value() <= 1,
            "a value has one size");
    const auto found = appendage.find(element.tag);
    require(found && found->tag == element.tag, "an element that was read is found");
  }
  require(seen_bytes <= elements.size() && (appendage.malformed() || seen_bytes == elements.size()),
          "an appendage without a fault is read to its end");
}

template <class T>
bool run_as(const wire::ouch::Message& message) {
  const T* view = message.as<T>();
  if (!view) return false;
  const wire::Bytes seen = std::as_bytes(std::span(view, 1));
  require(inside(seen, message.bytes()), "a view stays inside its message");
  touch(seen);
  const wire::Bytes elements = message.appendage<T>();
  require(elements.empty() || inside(elements, message.bytes()), "an appendage stays inside its message");
  run_elements(elements);
  return true;
}

// `views` is how many structs of the direction the message reads as: one when it is well formed, otherwise none.
inline void run_form(const wire::ouch::Message& message, wire::ouch::Direction direction, int views) {
  require(views == (message.well_formed(direction) ? 1 : 0), "a well-formed message is one struct, any other none");
  run_elements(message.bytes());  // and elements that no length vouches for
}

}  // namespace hopscope::fuzz
