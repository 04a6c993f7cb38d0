// OUCH 5.0, venue to client. Each struct is the table of the specification that its comment names.
#pragma once

#include "engine/wire/ouch_codes.h"
#include "engine/wire/ouch_lengths.h"

namespace hopscope::wire::ouch {

// Table "System Event Message".
struct SystemEvent {
  static constexpr char kType = 'S';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  char event;  // 'S' start of day, 'E' end of day
};

// Table "Order Accepted".
struct Accepted {
  static constexpr char kType = 'A';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  char side;
  Be32 quantity;
  Symbol symbol;
  Be64 price;
  char time_in_force, display;
  Be64 order_reference;
  char capacity, intermarket_sweep, cross_type;
  char order_state;  // 'L' live, 'D' dead
  ClientOrderId client_order_id;
  Be16 appendage_bytes;
};

// Table "Order Replaced".
struct Replaced {
  static constexpr char kType = 'U';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 original_user_ref;
  Be32 user_ref;
  char side;
  Be32 quantity;  // that the replacement has left to execute
  Symbol symbol;
  Be64 price;
  char time_in_force, display;
  Be64 order_reference;
  char capacity, intermarket_sweep, cross_type;
  char order_state;
  ClientOrderId client_order_id;
  Be16 appendage_bytes;
};

// Table "Order Canceled".
struct Cancelled {
  static constexpr char kType = 'C';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  Be32 quantity;  // taken off the order
  char reason;
};

// Table "AIQ Canceled": self-match prevention (anti-internalization). Later revisions add the strategy: Message::aiq_strategy().
struct AiqCancelled {
  static constexpr char kType = 'D';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  Be32 quantity;  // taken off the order
  char reason;    // 'Q'
  Be32 prevented_quantity;
  Be64 execution_price;  // at which it would have traded with itself
  char liquidity;
};

// Table "Order Executed".
struct Executed {
  static constexpr char kType = 'E';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  Be32 quantity;
  Be64 price;
  char liquidity;
  Be64 match_number;
  Be16 appendage_bytes;
};

// Table "Broken Trade".
struct BrokenTrade {
  static constexpr char kType = 'B';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  Be64 match_number;
  char reason;
  ClientOrderId client_order_id;
};

// Table "Trade Correction".
struct TradeCorrection {
  static constexpr char kType = 'F';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  Be32 quantity;
  Be64 price;
  char liquidity;
  Be64 match_number;
  char reason;
  ClientOrderId client_order_id;
};

// Table "Rejected".
struct Rejected {
  static constexpr char kType = 'J';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  Be16 reason;  // RejectReason
  ClientOrderId client_order_id;
};

// Table "Cancel Pending": the cancel waits until the order can be cancelled (in a cross).
struct CancelPending {
  static constexpr char kType = 'P';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
};

// Table "Cancel Reject".
struct CancelRejected {
  static constexpr char kType = 'I';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
};

// Table "Order Priority Update": the system gave the order another place in the queue.
struct PriorityUpdate {
  static constexpr char kType = 'T';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  Be64 price;
  char display;
  Be64 order_reference;
};

// Table "Order Modified".
struct Modified {
  static constexpr char kType = 'M';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  char side;
  Be32 quantity;  // outstanding
};

// Table "Order Restated": what changed stands in the appendage (display quantity, display price, secondary order reference).
struct Restated {
  static constexpr char kType = 'R';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  char reason;
  Be16 appendage_bytes;
};

// Table "Mass Cancel Response" (later revisions); the orders' own Cancelled messages follow.
struct MassCancelled {
  static constexpr char kType = 'X';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 user_ref;
  FirmId firm;
  Symbol symbol;
  Be16 appendage_bytes;
};

// Table "Account Query Response".
struct AccountState {
  static constexpr char kType = 'Q';
  static constexpr Direction kDirection = Direction::Outbound;
  char type;
  Be64 timestamp_ns;
  Be32 next_user_ref;
};

static_assert(kPinned<SystemEvent> && kPinned<Accepted> && kPinned<Replaced> && kPinned<Cancelled> && kPinned<AiqCancelled>);
static_assert(kPinned<Executed> && kPinned<BrokenTrade> && kPinned<TradeCorrection> && kPinned<Rejected> && kPinned<CancelPending>);
static_assert(kPinned<CancelRejected> && kPinned<PriorityUpdate> && kPinned<Modified> && kPinned<Restated> && kPinned<MassCancelled>);
static_assert(kPinned<AccountState>);
static_assert(offsetof(Accepted, symbol) == 18 && offsetof(Accepted, price) == 26 && offsetof(Accepted, order_reference) == 36);
static_assert(offsetof(Accepted, order_state) == 47 && offsetof(Accepted, client_order_id) == 48);
static_assert(offsetof(Replaced, side) == 17 && offsetof(Replaced, price) == 30 && offsetof(Replaced, order_reference) == 40);
static_assert(offsetof(Replaced, order_state) == 51 && offsetof(Replaced, client_order_id) == 52);
static_assert(offsetof(Cancelled, reason) == 17 && offsetof(Executed, liquidity) == 25 && offsetof(Executed, match_number) == 26);
static_assert(offsetof(AiqCancelled, prevented_quantity) == 18 && offsetof(AiqCancelled, execution_price) == 22);
static_assert(offsetof(AiqCancelled, liquidity) == 30);
static_assert(offsetof(BrokenTrade, match_number) == 13 && offsetof(BrokenTrade, client_order_id) == 22);
static_assert(offsetof(TradeCorrection, match_number) == 26 && offsetof(TradeCorrection, client_order_id) == 35);
static_assert(offsetof(Rejected, reason) == 13 && offsetof(Rejected, client_order_id) == 15);
static_assert(offsetof(PriorityUpdate, display) == 21 && offsetof(PriorityUpdate, order_reference) == 22);
static_assert(offsetof(Modified, quantity) == 14 && offsetof(Restated, reason) == 13 && offsetof(MassCancelled, symbol) == 17);

}  // namespace hopscope::wire::ouch
