// A network around another one: behind each of its ports stands one of the inner network, for which it does something more.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/plan.h"
#include "engine/net/link.h"

namespace hopscope::net {

// What a network offers stands in network.h. PortType: its own port.
template <class Network, class PortType>
class Decorated {
 public:
  using Port = PortType;
  static constexpr const char* kName = Network::kName;
  static constexpr std::uint32_t kInFlight = Network::kInFlight;

  // The plan was checked: every role's links are in it.
  Port& port(const std::string& name, End end) {
    const auto found = std::find_if(links_.begin(), links_.end(), [&](const Link& link) { return link.name == name; });
    return end == End::A ? *found->a : *found->b;
  }

  void enter_thread() { network_.enter_thread(); }
  std::string conditions() const requires requires(const Network& network) { network.conditions(); }
  { return network_.conditions(); }
  auto& capture() requires requires(Network& network) { network.capture(); }
  { return network_.capture(); }

 protected:
  using InnerPort = typename Network::Port;

  // Opens the inner network. make(inner port, link, end): std::unique_ptr<Port>. Empty, or one line.
  template <class Make>
  std::string open_around(const core::Plan& plan, Make&& make) {
    if (std::string error = network_.open(plan); !error.empty()) return error;
    for (const core::LinkPlan& link : plan.links)
      links_.push_back(
          {link.name, make(network_.port(link.name, End::A), link, End::A), make(network_.port(link.name, End::B), link, End::B)});
    return {};
  }

 private:
  struct Link {
    std::string name;
    std::unique_ptr<Port> a, b;
  };
  Network network_;
  std::vector<Link> links_;
};

}  // namespace hopscope::net
