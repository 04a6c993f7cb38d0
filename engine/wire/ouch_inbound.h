// OUCH 5.0, client to venue. Each struct is the table of the specification that its comment names.
#pragma once

#include "engine/wire/ouch_codes.h"
#include "engine/wire/ouch_lengths.h"

namespace hopscope::wire::ouch {

// Table "Enter Order".
struct EnterOrder {
  static constexpr char kType = 'O';
  static constexpr Direction kDirection = Direction::Inbound;
  char type;
  Be32 user_ref;  // UserRefNum: strictly increasing over a session's day
  char side;      // 'B' or 'S'; 'T' and 'E' are short sales
  Be32 quantity;
  Symbol symbol;
  Be64 price;
  char time_in_force, display, capacity, intermarket_sweep, cross_type;
  ClientOrderId client_order_id;
  Be16 appendage_bytes;
};

// Table "Replace Order". Side, symbol, capacity and cross type stay those of the order replaced.
struct ReplaceOrder {
  static constexpr char kType = 'U';
  static constexpr Direction kDirection = Direction::Inbound;
  char type;
  Be32 original_user_ref;  // of the order as it stands: entered, or last replaced
  Be32 user_ref;           // its new one
  Be32 quantity;
  Be64 price;
  char time_in_force, display, intermarket_sweep;
  ClientOrderId client_order_id;
  Be16 appendage_bytes;
};

// Table "Cancel Order".
struct CancelOrder {
  static constexpr char kType = 'X';
  static constexpr Direction kDirection = Direction::Inbound;
  char type;
  Be32 user_ref;
  Be32 quantity;  // the intended order size: shares that may be executed in all, what was executed included; 0 cancels the whole order
};

// Table "Modify Order". Keeps the order's priority unless the quantity grows.
struct ModifyOrder {
  static constexpr char kType = 'M';
  static constexpr Direction kDirection = Direction::Inbound;
  char type;
  Be32 user_ref;
  char side;  // from one kind of sell to another
  Be32 quantity;
};

// Table "Mass Cancel".
struct MassCancel {
  static constexpr char kType = 'C';
  static constexpr Direction kDirection = Direction::Inbound;
  char type;
  Be32 user_ref;
  FirmId firm;
  Symbol symbol;  // all spaces: every symbol
  Be16 appendage_bytes;
};

// Table "Account Query Request": which UserRefNum comes next?
struct AccountQuery {
  static constexpr char kType = 'Q';
  static constexpr Direction kDirection = Direction::Inbound;
  char type;
};

static_assert(kPinned<EnterOrder> && kPinned<ReplaceOrder> && kPinned<CancelOrder> && kPinned<ModifyOrder>);
static_assert(kPinned<MassCancel> && kPinned<AccountQuery>);
static_assert(offsetof(EnterOrder, side) == 5 && offsetof(EnterOrder, symbol) == 10 && offsetof(EnterOrder, price) == 18);
static_assert(offsetof(EnterOrder, time_in_force) == 26 && offsetof(EnterOrder, client_order_id) == 31);
static_assert(offsetof(EnterOrder, appendage_bytes) == 45);
static_assert(offsetof(ReplaceOrder, user_ref) == 5 && offsetof(ReplaceOrder, price) == 13);
static_assert(offsetof(ReplaceOrder, time_in_force) == 21 && offsetof(ReplaceOrder, client_order_id) == 24);
static_assert(offsetof(CancelOrder, quantity) == 5 && offsetof(ModifyOrder, quantity) == 6);
static_assert(offsetof(MassCancel, firm) == 5 && offsetof(MassCancel, symbol) == 9 && offsetof(MassCancel, appendage_bytes) == 17);

}  // namespace hopscope::wire::ouch
