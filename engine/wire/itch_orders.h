// ITCH 5.0: the life of an order and the trades. Each struct is the table of the specification that its comment names.
#pragma once

#include "engine/wire/itch_types.h"

namespace hopscope::wire::itch {

// Table "Add Order - No MPID Attribution".
struct AddOrder {
  static constexpr char kType = 'A';
  Head head;
  Be64 reference;
  char side;  // 'B' or 'S'
  Be32 shares;
  Symbol stock;
  Be32 price;
};

// Table "Add Order with MPID Attribution".
struct AddOrderMpid {
  static constexpr char kType = 'F';
  AddOrder add;  // the same fields, then:
  char mpid[4];
};

// Table "Order Executed Message".
struct Executed {
  static constexpr char kType = 'E';
  Head head;
  Be64 reference;
  Be32 shares;
  Be64 match_number;
};

// Table "Order Executed With Price Message".
struct ExecutedWithPrice {
  static constexpr char kType = 'C';
  Head head;
  Be64 reference;
  Be32 shares;
  Be64 match_number;
  char printable;  // 'N': another message (the cross) reports these shares
  Be32 price;
};

// Table "Order Cancel Message": partial.
struct Cancel {
  static constexpr char kType = 'X';
  Head head;
  Be64 reference;
  Be32 shares;  // taken off
};

// Table "Order Delete Message".
struct Delete {
  static constexpr char kType = 'D';
  Head head;
  Be64 reference;
};

// Table "Order Replace Message".
struct Replace {
  static constexpr char kType = 'U';
  Head head;
  Be64 old_reference;
  Be64 new_reference;
  Be32 shares;
  Be32 price;
};

// Table "Trade Message (Non-Cross)": against hidden interest, changes no visible order.
struct Trade {
  static constexpr char kType = 'P';
  Head head;
  Be64 reference;
  char side;
  Be32 shares;
  Symbol stock;
  Be32 price;
  Be64 match_number;
};

// Table "Cross Trade Message".
struct CrossTrade {
  static constexpr char kType = 'Q';
  Head head;
  Be64 shares;
  Symbol stock;
  Be32 price;
  Be64 match_number;
  char cross_type;  // O opening, C closing, H halted or IPO, A after hours
};

// Table "Broken Trade / Order Execution Message".
struct BrokenTrade {
  static constexpr char kType = 'B';
  Head head;
  Be64 match_number;
};

static_assert(kPinned<AddOrder> && kPinned<AddOrderMpid> && kPinned<Executed> && kPinned<ExecutedWithPrice> && kPinned<Cancel>);
static_assert(kPinned<Delete> && kPinned<Replace> && kPinned<Trade> && kPinned<CrossTrade> && kPinned<BrokenTrade>);
static_assert(offsetof(AddOrder, side) == 19 && offsetof(AddOrder, shares) == 20 && offsetof(AddOrder, price) == 32);
static_assert(offsetof(AddOrderMpid, mpid) == 36);
static_assert(offsetof(Executed, match_number) == 23);
static_assert(offsetof(ExecutedWithPrice, printable) == 31 && offsetof(ExecutedWithPrice, price) == 32);
static_assert(offsetof(Cancel, shares) == 19 && offsetof(Delete, reference) == 11);
static_assert(offsetof(Replace, new_reference) == 19 && offsetof(Replace, shares) == 27 && offsetof(Replace, price) == 31);
static_assert(offsetof(Trade, shares) == 20 && offsetof(Trade, price) == 32 && offsetof(Trade, match_number) == 36);
static_assert(offsetof(CrossTrade, stock) == 19 && offsetof(CrossTrade, price) == 27 && offsetof(CrossTrade, cross_type) == 39);
static_assert(offsetof(BrokenTrade, match_number) == 11);

}  // namespace hopscope::wire::itch
