// Nasdaq OUCH 5.0: field types and the letters and numbers that stand in them. docs/protocols.md says which were found where.
#pragma once

#include <array>
#include <cstdint>

#include "engine/wire/itch_types.h"

namespace hopscope::wire::ouch {

using Symbol = itch::Symbol;
using ClientOrderId = std::array<char, 14>;  // ClOrdID, padded with spaces
using FirmId = std::array<char, 4>;          // MPID, padded with spaces

inline constexpr ClientOrderId kNoClientOrderId = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
inline constexpr Symbol kAllSymbols = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};  // of a mass cancel
inline constexpr FirmId kNoFirm = {' ', ' ', ' ', ' '};

// Prices above 199,999.9900 are no prices; this one asks for a market order (OUCH 5.0, "Data types: price").
inline constexpr std::uint64_t kMarketPrice = 0x7fffffff;

// Side; short sales are sells of their own kind.
inline constexpr char kBuy = 'B';
inline constexpr char kSell = 'S';
inline constexpr char kSellShort = 'T';
inline constexpr char kSellShortExempt = 'E';

// TimeInForce.
inline constexpr char kTimeInForceDay = '0';
inline constexpr char kTimeInForceImmediate = '3';  // the rest is cancelled at once
inline constexpr char kTimeInForceExtended = '5';   // day, with extended hours
inline constexpr char kTimeInForceUntil = '6';      // good till the time in the appendage
inline constexpr char kTimeInForceAfterHours = 'E';

// Display.
inline constexpr char kDisplayVisible = 'Y';
inline constexpr char kDisplayHidden = 'N';
inline constexpr char kDisplayAttributable = 'A';

// CrossType.
inline constexpr char kCrossNone = 'N';  // continuous market
inline constexpr char kCrossOpening = 'O';
inline constexpr char kCrossClosing = 'C';
inline constexpr char kCrossHalt = 'H';

// Order Accepted and Order Replaced: OrderState.
inline constexpr char kOrderLive = 'L';
inline constexpr char kOrderDead = 'D';  // nothing of it rests

// Order Canceled: Reason.
inline constexpr char kCancelByUser = 'U';
inline constexpr char kCancelImmediate = 'I';  // what an immediate-or-cancel order could not fill
inline constexpr char kCancelTimeout = 'T';    // its time in force has expired
inline constexpr char kCancelSupervisory = 'S';
inline constexpr char kCancelRegulatory = 'D';
inline constexpr char kCancelSelfMatch = 'Q';
inline constexpr char kCancelSystem = 'Z';
inline constexpr char kCancelCross = 'C';  // could not be executed in the cross, and does not book
inline constexpr char kCancelCollar = 'K';
inline constexpr char kCancelHalted = 'H';
inline constexpr char kCancelOpenProtection = 'X';
inline constexpr char kCancelClosed = 'E';
inline constexpr char kCancelPostOnly = 'F';        // would have been priced away for NMS
inline constexpr char kCancelPostOnlyContra = 'G';  // would have met a displayed order of the other side

// Order Executed: LiquidityFlag, those that a simulated venue has a use for.
inline constexpr char kLiquidityAdded = 'A';
inline constexpr char kLiquidityRemoved = 'R';
inline constexpr char kLiquidityHidden = 'J';   // added, not displayed
inline constexpr char kLiquidityReserve = 'u';  // added by the hidden part of an iceberg
inline constexpr char kLiquidityOpening = 'O';
inline constexpr char kLiquidityClosing = 'C';

// Broken Trade: Reason.
inline constexpr char kBrokenErroneous = 'E';
inline constexpr char kBrokenConsent = 'C';
inline constexpr char kBrokenSupervisory = 'S';
inline constexpr char kBrokenExternal = 'X';

// Trade Correction: Reason.
inline constexpr char kCorrectedToNav = 'N';

// Order Restated: Reason.
inline constexpr char kRestatedDisplayRefresh = 'R';  // the next slice of an iceberg is on display
inline constexpr char kRestatedDisplayPrice = 'P';

// System Event: EventCode.
inline constexpr char kStartOfDay = 'S';
inline constexpr char kEndOfDay = 'E';

// Rejected: Reason.
enum class RejectReason : std::uint16_t {
  None = 0,  // never sent: there is nothing to reject
  QuoteUnavailable = 0x0001,
  DestinationClosed = 0x0002,
  InvalidDisplay = 0x0003,
  InvalidMaximumFloor = 0x0004,
  InvalidPegType = 0x0005,
  FatFinger = 0x0006,
  Halted = 0x0007,
  SweepNotAllowed = 0x0008,
  InvalidSide = 0x0009,
  ProcessingError = 0x000a,
  CancelPending = 0x000b,
  FirmNotAuthorized = 0x000c,
  InvalidMinimumQuantity = 0x000d,
  NoClosingReferencePrice = 0x000e,
  Other = 0x000f,
  CancelNotAllowed = 0x0010,
  PeggingNotAllowed = 0x0011,
  CrossedMarket = 0x0012,
  InvalidQuantity = 0x0013,
  InvalidCrossOrder = 0x0014,
  ReplaceNotAllowed = 0x0015,
  RoutingNotAllowed = 0x0016,
  InvalidSymbol = 0x0017,
  Test = 0x0018,
  LateLimitOnCloseTooAggressive = 0x0019,
  RetailNotAllowed = 0x001a,
  InvalidMidpointPostOnlyPrice = 0x001b,
  InvalidDestination = 0x001c,
  InvalidPrice = 0x001d,
  SharesExceedThreshold = 0x001e,
  ExceedsNotionalLimit = 0x001f,
  RiskAggregateExposure = 0x0020,
  RiskMarketImpact = 0x0021,
  RiskRestrictedStock = 0x0022,
  RiskShortSellRestricted = 0x0023,
  RiskSweepNotAllowed = 0x0024,
  RiskAverageDailyVolume = 0x0025,
  RiskFatFinger = 0x0026,
  RiskLocateRequired = 0x0027,
  RiskSymbolMessageRate = 0x0028,
  RiskPortMessageRate = 0x0029,
  RiskDuplicateMessageRate = 0x002a,
  RiskShortSellNotAllowed = 0x002b,
  RiskMarketOrderNotAllowed = 0x002c,
  RiskPreMarketNotAllowed = 0x002d,
  RiskPostMarketNotAllowed = 0x002e,
  RiskShortSellExemptNotAllowed = 0x002f,
  RiskSingleOrderNotional = 0x0030,
  RiskMaximumQuantity = 0x0031,
  ShortSaleStateUnknown = 0x0032,
};

}  // namespace hopscope::wire::ouch
