// Every ITCH message as what it is: to a visitor, or into counts.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/wire/itch.h"

namespace hopscope::wire::itch {

enum class Recognised : std::uint8_t {
  Known,
  Unknown,    // has a head and a type of no revision: skip it by its length
  Malformed,  // shorter than a head, or not as long as its type is
};

inline Recognised recognise(const Message& message) {
  if (!message.well_formed()) return Recognised::Malformed;
  return length_of(message.type()) == 0 ? Recognised::Unknown : Recognised::Known;
}

namespace detail {

template <class... T>
struct Types {
  static constexpr std::size_t kCount = sizeof...(T);

  template <class Visitor>
  static void visit(const Message& message, Visitor& visitor) {
    const char type = message.type();
    static_cast<void>(((type == T::kType && (visitor(*reinterpret_cast<const T*>(message.bytes().data())), true)) || ...));
  }
};

// The commonest in front.
using AllTypes =
    Types<AddOrder, Delete, Replace, Executed, Cancel, AddOrderMpid, Trade, ExecutedWithPrice, CrossTrade, BrokenTrade, ImbalanceIndicator,
          TradingAction, ShortSaleRestriction, ParticipantPosition, StockDirectory, SystemEvent, CircuitBreakerLevels,
          CircuitBreakerTripped, IpoQuotingPeriod, AuctionCollar, OperationalHalt, RetailInterest, DirectListing>;

static_assert(AllTypes::kCount ==
                  static_cast<std::size_t>(std::count_if(kLengths.begin(), kLengths.end(), [](auto bytes) { return bytes != 0; })),
              "every type that has a length has a struct");

}  // namespace detail

// Calls visitor(const T&) with the struct of the message's type. Not called for what is not Known.
template <class Visitor>
Recognised visit(const Message& message, Visitor&& visitor) {
  const Recognised recognised = recognise(message);
  if (recognised == Recognised::Known) detail::AllTypes::visit(message, visitor);
  return recognised;
}

// What a stream held, by type.
class MessageCounts {
 public:
  Recognised take(const Message& message) {
    const Recognised recognised = recognise(message);
    if (recognised == Recognised::Malformed) {
      ++malformed_;
    } else {
      ++by_type_[static_cast<unsigned char>(message.type())];
      known_ += recognised == Recognised::Known;
      unknown_ += recognised == Recognised::Unknown;
    }
    return recognised;
  }

  std::uint64_t of(char type) const { return by_type_[static_cast<unsigned char>(type)]; }
  std::uint64_t known() const { return known_; }
  std::uint64_t unknown() const { return unknown_; }
  std::uint64_t malformed() const { return malformed_; }

 private:
  std::array<std::uint64_t, 256> by_type_{};
  std::uint64_t known_ = 0;
  std::uint64_t unknown_ = 0;
  std::uint64_t malformed_ = 0;
};

}  // namespace hopscope::wire::itch
