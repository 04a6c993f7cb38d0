// ITCH 5.0: the state of the market, of a stock and of a participant, and the auctions. No message here changes an order.
//
// Each struct is the table of the specification that its comment names.
#pragma once

#include "engine/wire/itch_types.h"

namespace hopscope::wire::itch {

// Table "System Event Message": O start of messages, S system hours, Q market hours, M end of market, E end of system, C end of messages.
struct SystemEvent {
  static constexpr char kType = 'S';
  Head head;
  char event;
};

// Table "Stock Directory".
struct StockDirectory {
  static constexpr char kType = 'R';
  Head head;
  Symbol stock;
  char market_category, financial_status;
  Be32 round_lot_size;
  char round_lots_only, issue_classification, issue_subtype[2], authenticity, short_sale_threshold, ipo_flag, luld_tier, etp_flag;
  Be32 etp_leverage;
  char inverse;
};

// Table "Stock Trading Action".
struct TradingAction {
  static constexpr char kType = 'H';
  Head head;
  Symbol stock;
  char state;  // H halted, P paused, Q quotation only, T trading
  char reserved;
  char reason[4];
};

// Table "Reg SHO Short Sale Price Test Restricted Indicator".
struct ShortSaleRestriction {
  static constexpr char kType = 'Y';
  Head head;
  Symbol stock;
  char action;  // 0 none, 1 in effect since a drop today, 2 still in effect
};

// Table "Market Participant Position".
struct ParticipantPosition {
  static constexpr char kType = 'L';
  Head head;
  char mpid[4];
  Symbol stock;
  char primary_market_maker, market_maker_mode, state;
};

// Table "MWCB Decline Level Message": where the market-wide circuit breakers trip today. Index values with 8 decimals.
struct CircuitBreakerLevels {
  static constexpr char kType = 'V';
  Head head;
  Be64 level_1, level_2, level_3;
};

// Table "MWCB Status Message".
struct CircuitBreakerTripped {
  static constexpr char kType = 'W';
  Head head;
  char level;  // 1, 2 or 3
};

// Table "Quoting Period Update" (IPO).
struct IpoQuotingPeriod {
  static constexpr char kType = 'K';
  Head head;
  Symbol stock;
  Be32 release_time_s;  // seconds since midnight
  char release_qualifier;
  Be32 price;
};

// Table "Limit Up - Limit Down (LULD) Auction Collar".
struct AuctionCollar {
  static constexpr char kType = 'J';
  Head head;
  Symbol stock;
  Be32 reference_price, upper_price, lower_price;
  Be32 extension;  // how many times the reopening was put off
};

// Table "Operational Halt" (2026).
struct OperationalHalt {
  static constexpr char kType = 'h';
  Head head;
  Symbol stock;
  char market;  // Q Nasdaq, B Nasdaq Texas, X PSX
  char action;  // H halted, T trading again
};

// Table "Net Order Imbalance Indicator (NOII) Message".
struct ImbalanceIndicator {
  static constexpr char kType = 'I';
  Head head;
  Be64 paired_shares, imbalance_shares;
  char direction;  // B, S, N none, O too few orders, P paused
  Symbol stock;
  Be32 far_price;   // clearing price of cross orders alone
  Be32 near_price;  // of cross orders and the continuous book
  Be32 reference_price;
  char cross_type;
  char price_variation;
};

// Table "Retail Price Improvement Indicator (RPII)".
struct RetailInterest {
  static constexpr char kType = 'N';
  Head head;
  Symbol stock;
  char interest;  // B, S, A both, N none
};

// Table "Direct Listing with Capital Raise Price Discovery Message" (2026).
struct DirectListing {
  static constexpr char kType = 'O';
  Head head;
  Symbol stock;
  char open_eligibility;
  Be32 minimum_price, maximum_price, near_price;
  Be64 near_time_ns;
  Be32 lower_price, upper_price;
};

static_assert(kPinned<SystemEvent> && kPinned<StockDirectory> && kPinned<TradingAction> && kPinned<ShortSaleRestriction>);
static_assert(kPinned<ParticipantPosition> && kPinned<CircuitBreakerLevels> && kPinned<CircuitBreakerTripped>);
static_assert(kPinned<IpoQuotingPeriod> && kPinned<AuctionCollar> && kPinned<OperationalHalt> && kPinned<ImbalanceIndicator>);
static_assert(kPinned<RetailInterest> && kPinned<DirectListing>);
static_assert(offsetof(SystemEvent, event) == 11);
static_assert(offsetof(StockDirectory, round_lot_size) == 21 && offsetof(StockDirectory, etp_leverage) == 34);
static_assert(offsetof(TradingAction, state) == 19 && offsetof(TradingAction, reason) == 21);
static_assert(offsetof(ParticipantPosition, stock) == 15 && offsetof(ParticipantPosition, primary_market_maker) == 23);
static_assert(offsetof(CircuitBreakerLevels, level_2) == 19 && offsetof(CircuitBreakerLevels, level_3) == 27);
static_assert(offsetof(IpoQuotingPeriod, release_qualifier) == 23 && offsetof(IpoQuotingPeriod, price) == 24);
static_assert(offsetof(AuctionCollar, upper_price) == 23 && offsetof(AuctionCollar, extension) == 31);
static_assert(offsetof(OperationalHalt, market) == 19 && offsetof(OperationalHalt, action) == 20);
static_assert(offsetof(ImbalanceIndicator, direction) == 27 && offsetof(ImbalanceIndicator, far_price) == 36);
static_assert(offsetof(ImbalanceIndicator, reference_price) == 44 && offsetof(ImbalanceIndicator, price_variation) == 49);
static_assert(offsetof(DirectListing, minimum_price) == 20 && offsetof(DirectListing, near_time_ns) == 32);
static_assert(offsetof(DirectListing, upper_price) == 44);

}  // namespace hopscope::wire::itch
