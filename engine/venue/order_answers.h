// Journal records -> the OUCH 5.0 messages that tell the client of them. What a client said itself is echoed from its request.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/journal/record.h"
#include "engine/venue/answers.h"
#include "engine/venue/client_order.h"
#include "engine/venue/open_orders.h"
#include "engine/wire/ouch_encode.h"

namespace hopscope::venue {

// The request whose records are being answered.
class RequestEcho {
 public:
  void of(const wire::ouch::EnterOrder& enter, wire::Bytes appendage) {
    enter_ = enter;
    client_order_id_ = enter.client_order_id;
    keep(appendage);
  }
  // `open`: the order to be replaced; null: there is none.
  void of(const wire::ouch::ReplaceOrder& replace, const OpenOrder* open, const wire::ouch::Symbol& symbol, wire::Bytes appendage) {
    replace_ = replace;
    client_order_id_ = replace.client_order_id;
    if (open != nullptr) kept_ = {open->side_letter, symbol, open->capacity, open->cross_type};
    keep(appendage);
  }
  void of(const wire::ouch::MassCancel& mass, wire::Bytes appendage) {
    mass_ = mass;
    client_order_id_ = wire::ouch::kNoClientOrderId;
    keep(appendage);
  }
  void of(const wire::ouch::ModifyOrder& modify) { modify_side_ = modify.side; }

  const wire::ouch::EnterOrder& enter() const { return enter_; }
  const wire::ouch::ReplaceOrder& replace() const { return replace_; }
  const wire::ouch::ReplacedOrder& kept() const { return kept_; }
  const wire::ouch::MassCancel& mass() const { return mass_; }
  const wire::ouch::ClientOrderId& client_order_id() const { return client_order_id_; }
  char modify_side() const { return modify_side_; }
  wire::Bytes appendage() const { return wire::Bytes(appendage_).first(appendage_bytes_); }

  // What of an appendage is kept; a longer one is not echoed.
  static constexpr std::size_t kAppendageBytes = 256;

 private:
  void keep(wire::Bytes appendage) {
    appendage_bytes_ = appendage.size() > kAppendageBytes ? 0 : appendage.size();
    if (appendage_bytes_ != 0) std::copy(appendage.begin(), appendage.end(), appendage_.begin());
  }

  wire::ouch::EnterOrder enter_{};
  wire::ouch::ReplaceOrder replace_{};
  wire::ouch::ReplacedOrder kept_{};
  wire::ouch::MassCancel mass_{};
  wire::ouch::ClientOrderId client_order_id_ = wire::ouch::kNoClientOrderId;
  char modify_side_ = wire::ouch::kBuy;
  std::array<std::byte, kAppendageBytes> appendage_{};
  std::size_t appendage_bytes_ = 0;
};

// One record's answers need no more room than this: the largest is a Replaced with its echo, or an Executed for each of two clients.
inline std::size_t largest_answer_bytes(const RequestEcho& echo) {
  return 2 * (wire::kMoldLengthBytes + sizeof(wire::ouch::Executed)) + echo.appendage().size();
}
static_assert(2 * sizeof(wire::ouch::Executed) + wire::kMoldLengthBytes >= sizeof(wire::ouch::Replaced));

// The caller has seen to it that largest_answer_bytes() fit.
template <net::Port Port>
void write_answers(Answers<Port>& answers, const journal::Record& record, const RequestEcho& echo) {
  namespace ouch = wire::ouch;
  using journal::RecordType;
  const std::uint32_t user_ref = user_ref_of(record.order);
  const wire::Bytes appendage = echo.appendage();
  const auto executed = [&](book::OrderId order, char liquidity) {
    ouch::encode_executed(answers.append(sizeof(ouch::Executed)), record.market_ns, user_ref_of(order), record.quantity, record.price,
                          liquidity, record.match);
  };
  switch (record.type) {
    case RecordType::Accepted:
      ouch::encode_accepted(answers.append(sizeof(ouch::Accepted) + appendage.size()), record.market_ns, echo.enter(), record.order,
                            ouch::kOrderLive, appendage);
      break;
    case RecordType::Replaced:
      ouch::encode_replaced(answers.append(sizeof(ouch::Replaced) + appendage.size()), record.market_ns, echo.replace(), echo.kept(),
                            record.quantity, record.order, ouch::kOrderLive, appendage);
      break;
    case RecordType::Rejected:
      ouch::encode_rejected(answers.append(sizeof(ouch::Rejected)), record.market_ns, user_ref, record.reason, echo.client_order_id());
      break;
    case RecordType::Modified:
      ouch::encode_modified(answers.append(sizeof(ouch::Modified)), record.market_ns, user_ref, echo.modify_side(), record.quantity);
      break;
    case RecordType::MassCancelled:
      ouch::encode_mass_cancelled(answers.append(sizeof(ouch::MassCancelled) + appendage.size()), record.market_ns, echo.mass(), appendage);
      break;
    case RecordType::Cancelled:
      ouch::encode_cancelled(answers.append(sizeof(ouch::Cancelled)), record.market_ns, user_ref, record.quantity,
                             static_cast<char>(record.reason));
      break;
    case RecordType::CancelRejected:
      ouch::encode_cancel_rejected(answers.append(sizeof(ouch::CancelRejected)), record.market_ns, user_ref);
      break;
    case RecordType::Restated: {
      ouch::AppendageBuilder shown;
      shown.put_u32(ouch::Tag::DisplayQuantity, record.quantity);
      ouch::encode_restated(answers.append(sizeof(ouch::Restated) + shown.bytes().size()), record.market_ns, user_ref,
                            ouch::kRestatedDisplayRefresh, shown.bytes());
      break;
    }
    case RecordType::Executed: {
      const bool in_cross = record.reason != 0;
      if (is_client(record.order)) executed(record.order, in_cross ? ouch::kLiquidityOpening : ouch::kLiquidityRemoved);
      if (is_client(record.maker)) executed(record.maker, in_cross ? ouch::kLiquidityOpening : ouch::kLiquidityAdded);
      break;
    }
    case RecordType::AccountQueried:
      ouch::encode_account_state(answers.append(sizeof(ouch::AccountState)), record.market_ns, record.quantity);
      break;
    case RecordType::OrderEntered:
    case RecordType::OrderTerms:
    case RecordType::CancelRequested:
    case RecordType::ReplaceRequested:
    case RecordType::ModifyRequested:
    case RecordType::MassCancelRequested:  // what the client said itself
    default:                               // what the OMS's journal has, and no venue's
      break;
  }
}

}  // namespace hopscope::venue
