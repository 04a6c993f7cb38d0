// Writing OUCH 5.0 messages. Each encoder fills `out`, which must have room for the message and its appendage, and returns the length in
// bytes. The last argument, where there is one, is the appendage: the bytes of an AppendageBuilder.
#pragma once

#include "engine/wire/ouch_encode_inbound.h"
#include "engine/wire/ouch_encode_outbound.h"
