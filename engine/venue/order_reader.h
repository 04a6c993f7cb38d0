// OUCH 5.0 Enter Order and Replace Order -> what the matching engine takes, or the reason why not. docs/protocols.md has the table.
#pragma once

#include <cstdint>

#include "engine/venue/client_order.h"
#include "engine/venue/symbol_index.h"
#include "engine/wire/ouch.h"

namespace hopscope::venue {

// Fills `order` as far as the message is sound, and says what is wrong with it. `appendage`: the message's elements.
RejectReason read_order(const wire::ouch::EnterOrder& enter, wire::Bytes appendage, std::uint32_t session, const SymbolIndex& symbols,
                        ClientOrder& order);

// A replacement gives id, price and quantity anew; other terms stay, so a message that wants to change them is refused.
RejectReason check_replace(const wire::ouch::ReplaceOrder& replace, wire::Bytes appendage);

}  // namespace hopscope::venue
