// Between a venue's words and its books': orders as a book takes them, and a book's reasons as OUCH 5.0 has them.
#pragma once

#include "engine/book/matching/terms.h"
#include "engine/venue/client_order.h"

namespace hopscope::venue {

matching::NewOrder book_order(const ClientOrder& order);
RejectReason wire_reason(matching::RejectReason reason);
char wire_reason(matching::CancelReason reason);

}  // namespace hopscope::venue
