// What a matching book tells its sink, kept as values that can be compared and printed.
#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <vector>

#include "engine/book/matching/terms.h"

namespace hopscope::matching {

enum class EventKind : std::uint8_t { Accepted, Rejected, Executed, Cancelled, Replaced, Refreshed, Triggered, Crossed, Phase };

// The fields of the event in the order of its declaration in terms.h; unused ones are 0.
struct Event {
  EventKind kind;
  std::array<std::int64_t, 7> field{};
  bool operator==(const Event&) const = default;
};

inline void PrintTo(const Event& event, std::ostream* out) {
  static constexpr const char* kNames[] = {"accepted",  "rejected",  "executed", "cancelled", "replaced",
                                           "refreshed", "triggered", "crossed",  "phase"};
  *out << kNames[static_cast<unsigned>(event.kind)];
  for (const std::int64_t field : event.field) *out << ' ' << field;
}

template <class... Fields>
Event event_of(EventKind kind, Fields... fields) {
  return {kind, {static_cast<std::int64_t>(fields)...}};
}

class RecordedEvents {
 public:
  void accepted(const NewOrder& order) { add(EventKind::Accepted, order.id, order.quantity); }
  void rejected(OrderId id, RejectReason reason) { add(EventKind::Rejected, id, reason); }
  void executed(const Execution& e) {
    add(EventKind::Executed, e.maker, e.taker, e.price, e.quantity, e.maker_left, e.taker_left, e.in_cross);
  }
  void cancelled(const Cancellation& c) { add(EventKind::Cancelled, c.id, c.quantity, c.left, c.reason); }
  void replaced(const Replacement& r) { add(EventKind::Replaced, r.old, r.now, r.price, r.quantity, r.kept_place); }
  void refreshed(OrderId id, Quantity shown) { add(EventKind::Refreshed, id, shown); }
  void triggered(OrderId id) { add(EventKind::Triggered, id); }
  void crossed(const Indication& i) { add(EventKind::Crossed, i.price, i.volume, i.imbalance); }
  void phase(Phase phase) { add(EventKind::Phase, phase); }

  const std::vector<Event>& all() const { return events_; }
  void clear() { events_.clear(); }

 private:
  template <class... Fields>
  void add(EventKind kind, Fields... fields) {
    events_.push_back(event_of(kind, fields...));
  }
  std::vector<Event> events_;
};

}  // namespace hopscope::matching
