// What a client takes from a venue.
#include "engine/fuzz/ouch_target.h"

using namespace hopscope;
namespace ouch = wire::ouch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ouch::Message message(fuzz::bytes_of(data, size));
  const int views =
      fuzz::run_as<ouch::SystemEvent>(message) + fuzz::run_as<ouch::Accepted>(message) + fuzz::run_as<ouch::Replaced>(message) +
      fuzz::run_as<ouch::Cancelled>(message) + fuzz::run_as<ouch::AiqCancelled>(message) + fuzz::run_as<ouch::Executed>(message) +
      fuzz::run_as<ouch::BrokenTrade>(message) + fuzz::run_as<ouch::TradeCorrection>(message) + fuzz::run_as<ouch::Rejected>(message) +
      fuzz::run_as<ouch::CancelPending>(message) + fuzz::run_as<ouch::CancelRejected>(message) +
      fuzz::run_as<ouch::PriorityUpdate>(message) + fuzz::run_as<ouch::Modified>(message) + fuzz::run_as<ouch::Restated>(message) +
      fuzz::run_as<ouch::MassCancelled>(message) + fuzz::run_as<ouch::AccountState>(message);
  fuzz::run_form(message, ouch::Direction::Outbound, views);
  fuzz::require(message.as<ouch::AiqCancelled>() || message.aiq_strategy() == '\0', "only an AIQ cancel has a strategy");
  return 0;
}
