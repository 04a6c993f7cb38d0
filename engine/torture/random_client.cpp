#include "engine/torture/random_client.h"

#include <algorithm>
#include <array>
#include <span>

#include "engine/torture/draws.h"
#include "engine/venue/order_reader.h"
#include "engine/wire/itch_types.h"
#include "engine/wire/ouch_appendage.h"

namespace hopscope::torture {

namespace ouch = wire::ouch;
using ouch::Tag;

namespace {

// Room for any message with all elements that an AppendageBuilder takes.
using MessageRoom = std::array<std::byte, 400>;

ouch::Symbol name_of(const venue::MatchingEngine& engine, std::uint16_t locate) { return engine.symbols().name(locate); }

}  // namespace

RandomClient::RandomClient(std::uint64_t seed, std::uint16_t symbols, std::uint32_t session)
    : random_(random_of(seed, Draws::Client)), symbols_(symbols), session_(session) {}

void RandomClient::request(venue::MatchingEngine& engine) {
  const std::uint32_t kind = random_.below(100);
  if (kind < 55) return enter(engine);
  if (kind < 70) {
    const std::uint32_t user_ref = recent();
    return engine.cancel(id_of(user_ref), one_in(3) ? draw_shares() : 0);
  }
  if (kind < 84) return replace(engine);
  if (kind < 95) {
    const std::uint32_t user_ref = recent();
    return engine.modify(id_of(user_ref), draw_shares());
  }
  if (kind < 97) return engine.query(id_of(0), user_ref_ + 1);
  mass_cancel(engine);
}

std::uint32_t RandomClient::recent() { return user_ref_ <= 1 ? 1 : user_ref_ - random_.below(std::min(user_ref_, 30u)); }

// Within five cents of what rests; now and then none at all, or one off every tick.
std::uint64_t RandomClient::draw_price(const venue::MatchingEngine& engine, std::uint16_t locate) {
  if (one_in(60)) return 0;
  if (one_in(60)) return venue::kMaxOrderPrice + 100;
  const book::Touch touch = engine.touch(locate);
  const std::uint64_t near = touch.bid != 0 ? touch.bid : touch.ask != 0 ? touch.ask : 1'000'000;
  const std::uint64_t above = random_.below(11) * std::uint64_t{100};
  return std::max<std::uint64_t>(near + above, 1'000) - 500 + one_in(50);
}

void RandomClient::enter(venue::MatchingEngine& engine) {
  ouch::Order order;
  const std::uint16_t locate = draw_locate();
  order.user_ref = ++user_ref_;
  order.side = "BBBSSSTEBS"[random_.below(10)];
  if (one_in(60)) order.side = '?';
  order.symbol = one_in(40) ? wire::itch::symbol("NOSUCH") : name_of(engine, locate);
  order.quantity = draw_shares();
  order.price = one_in(12) ? ouch::kMarketPrice : draw_price(engine, locate);
  order.time_in_force = "000366E"[random_.below(7)];
  order.cross_type = one_in(10) ? 'O' : 'N';
  if (one_in(40)) order.display = 'N';

  ouch::AppendageBuilder terms;
  if (order.time_in_force == ouch::kTimeInForceUntil && !one_in(8))
    terms.put_u64(Tag::ExpireTimeNs, engine.market_ns() + random_.below(300'000));
  if (one_in(8)) terms.put_u32(Tag::MinimumQuantity, one_in(3) ? order.quantity : random_.below(200));
  if (one_in(6)) terms.put_u32(Tag::MaximumFloor, random_.below(80));
  if (one_in(8)) terms.put_character(Tag::PostOnly, 'P');
  if (one_in(8)) terms.put_u64(Tag::StopPrice, draw_price(engine, draw_locate()));
  if (one_in(4)) terms.put_character(Tag::SelfTradePrevention, "NOBD?"[random_.below(5)]);
  if (one_in(60)) terms.put_u32(Tag::PegOffset, 100);

  MessageRoom room;
  const std::size_t bytes = ouch::encode_enter(room, order, terms.bytes());
  const ouch::Message message{wire::Bytes(room).first(bytes)};
  const auto& sent = *message.as<ouch::EnterOrder>();
  venue::ClientOrder read;
  const venue::RejectReason unsound = venue::read_order(sent, message.appendage<ouch::EnterOrder>(), session_, engine.symbols(), read);
  engine.enter(read, unsound, {sent.side, sent.capacity, sent.cross_type});
}

void RandomClient::replace(venue::MatchingEngine& engine) {
  const std::uint32_t original = recent();
  ouch::Order order;
  order.user_ref = ++user_ref_;
  order.quantity = draw_shares();
  order.price = draw_price(engine, draw_locate());
  if (one_in(20)) order.display = 'N';
  if (one_in(20)) order.time_in_force = ouch::kTimeInForceImmediate;

  MessageRoom room;
  const std::size_t bytes = ouch::encode_replace(room, original, order);
  const ouch::Message message{wire::Bytes(room).first(bytes)};
  const auto& sent = *message.as<ouch::ReplaceOrder>();
  const venue::RejectReason unsound = venue::check_replace(sent, message.appendage<ouch::ReplaceOrder>());
  const book::Price price = sent.price > venue::kMaxOrderPrice ? 0 : static_cast<book::Price>(sent.price);
  engine.replace(id_of(original), id_of(order.user_ref), price, order.quantity, unsound);
}

// In all symbols, in one, or in one that there is not.
void RandomClient::mass_cancel(venue::MatchingEngine& engine) {
  const book::OrderId request = id_of(++user_ref_);
  if (one_in(3)) return engine.mass_cancel(request, 0);
  if (one_in(3)) return engine.mass_cancel(request, 0, venue::RejectReason::InvalidSymbol);
  engine.mass_cancel(request, draw_locate());
}

}  // namespace hopscope::torture
