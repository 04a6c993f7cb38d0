// What the OMS leaves in its journal: the run's configuration, every decision with what it was made of, every order and cancel sent, every
// answer as it came, every gap in the market data. Enough to rebuild its orders, positions and limits (journal_tool/oms_ledger.h does).
//
// It plays no part on the order's way: what belongs to an order is recorded behind the hand-over to the port, an answer behind its
// capsule's stamp, and no message of any role waits for the journal. Records are only put aside then; they go into the journal when the OMS
// has nothing else to do, or when there are kMostAside of them. Where there is no journal, a comparison is all that is left of this.
//
// Digests: in lockstep equal for every build, device and placement. Answers of several venues may come in any order, so each venue's have a
// digest of their own; what the OMS's books had seen when one came depends on timing (core::Lockstep), so it is left out; the run's
// configuration and clock, and what the network lost, are no business at all.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "bpf/records.h"
#include "engine/book/books.h"
#include "engine/core/digest.h"
#include "engine/core/lockstep.h"
#include "engine/core/plan.h"
#include "engine/journal/journal.h"
#include "engine/net/gap_listener.h"
#include "engine/oms/child_order.h"
#include "engine/oms/child_orders.h"
#include "engine/oms/kill_guard.h"
#include "engine/oms/parent_order.h"
#include "engine/oms/resting_orders.h"
#include "engine/risk/gate.h"
#include "engine/router/router.h"
#include "engine/router/smart_router.h"
#include "engine/wire/itch.h"
#include "engine/wire/ouch.h"

namespace hopscope::oms {

// The last feed message that the OMS has applied.
struct Moment {
  std::uint64_t market_ns = 0;
  std::uint64_t feed_sequence = 0;
};

// One child order as the router and the gate saw it.
struct Decision {
  const Tick& tick;
  const ChildRequest& request;
  std::span<const router::VenueView> views;
  const router::Route* route;  // rule smart; else null
  unsigned leg;                // of the route, from 0
  const risk::Market& market;
  std::uint8_t venue;  // the one picked
  std::uint32_t user_ref;
};

class AuditTrail final : public net::GapListener, public risk::BreakerListener {
 public:
  // journal: null for none; opened before begin(). moment: kept up to date by the OMS.
  AuditTrail(journal::Journal* journal, const Moment& moment) : journal_(journal), moment_(moment) {}

  bool on() const { return journal_ != nullptr; }

  // Writes what was put aside into the journal. Called when there is time.
  void settle();

  // The journal's first records.
  void begin(const core::Plan& plan, std::uint64_t tsc_millihertz);

  // Every limit that is in force, in place of those recorded before.
  void limits(const core::RiskPlan& plan);

  void listed(std::uint16_t locate, const wire::itch::Symbol& symbol);
  void sent(const Decision& decision);
  void blocked(const Decision& decision, risk::Reason reason, const risk::Evidence& evidence);
  // Not sent: the OMS has no place to keep it.
  void refused(const Decision& decision);
  void cancel(const Tick& tick, const RestingOrder& order);
  void parent_entered(ParentIndex index, const ParentOrder& parent);
  void parent_slice(ParentIndex index, const ParentOrder& parent);  // its current one
  void parent_ended(ParentIndex index, const ParentOrder& parent);
  // By a trader at run time: operator events, none of them part of a digest.
  void parent_asked(ParentIndex index, const ParentOrder& parent);
  void parent_replaced(ParentIndex index, const ParentOrder& parent);  // as it is then
  void parent_cancel_asked(ParentIndex index, const ParentOrder& parent);
  // Behind OrderLifecycle::take(). Messages that are none of those that the OMS's own can cause leave nothing.
  void answer(std::uint8_t venue, ChildOrders& orders, const wire::ouch::Message& message);
  void answers_lost(std::uint8_t venue, std::uint64_t first, std::uint64_t messages);
  void gave_up(const ChildOrder& order, hs_outcome outcome);
  // Of the kill switch. Operators pull it, so none of these is part of a digest.
  void kill_tripped(const KillTrip& trip);
  void kill_armed(const KillTrip& trip);
  void mass_cancel(std::uint8_t venue, std::uint32_t user_ref);

  void gap_opened(const wire::MoldRange& messages) override { gap(journal::RecordType::GapOpened, messages); }
  void gap_closed(const wire::MoldRange& messages) override { gap(journal::RecordType::GapClosed, messages); }
  void gap_given_up(const wire::MoldRange& messages) override { gap(journal::RecordType::GapGivenUp, messages); }

  void tripped(const risk::Trip& trip) override;
  void resumed(risk::Breaker breaker, std::uint16_t locate) override;

  // Of all business that is settled.
  core::Digest digest() const;

 private:
  static constexpr std::size_t kMostAside = 64;

  journal::Record now(journal::RecordType type) const;
  journal::Record at(journal::RecordType type, const Tick& tick) const;
  journal::Record about(journal::RecordType type, const Decision& decision) const;
  void routed(const Decision& decision);
  void scored(const Decision& decision);
  journal::Record of_parent(journal::RecordType type, ParentIndex index, const ParentOrder& parent) const;
  void gap(journal::RecordType type, const wire::MoldRange& messages);
  void put_aside(const journal::Record& record) {
    if (aside_count_ == kMostAside) [[unlikely]]
      settle();
    aside_[aside_count_++] = record;
  }
  void add_to_digest(const journal::Record& record);

  journal::Journal* journal_;
  const Moment& moment_;
  std::array<journal::Record, kMostAside> aside_;
  std::size_t aside_count_ = 0;
  bool by_last_trade_ = false, by_age_ = false;  // some limit looks at it
  core::Digest decisions_;
  std::array<core::Digest, core::kMaxVenues> answers_;
};

}  // namespace hopscope::oms
