// What a venue takes from a client.
#include "engine/fuzz/ouch_target.h"

using namespace hopscope;
namespace ouch = wire::ouch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ouch::Message message(fuzz::bytes_of(data, size));
  const int views = fuzz::run_as<ouch::EnterOrder>(message) + fuzz::run_as<ouch::ReplaceOrder>(message) +
                    fuzz::run_as<ouch::CancelOrder>(message) + fuzz::run_as<ouch::ModifyOrder>(message) +
                    fuzz::run_as<ouch::MassCancel>(message) + fuzz::run_as<ouch::AccountQuery>(message);
  fuzz::run_form(message, ouch::Direction::Inbound, views);
  return 0;
}
