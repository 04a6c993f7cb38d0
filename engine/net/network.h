// The network of one build: what opens the ports of a run's links.
//
// main.cpp is compiled once a build; the build's define chooses the network, the network's port type becomes the template parameter of
// every role. A network offers:
//   Port                       a net::Port
//   kName                      the build's name in plans and reports
//   kInFlight                  most packets that one direction of a link can hold, a power of two: sizes the slot tables
//   std::string open(plan)     opens every link; empty, or one line with its remedy
//   Port& port(link, End)      the left (A) or right (B) end of the link with that name
//   void enter_thread()        called once by each lcore thread but the first
// and may offer
//   std::string conditions()   one line on how the opened links work, for the report
#pragma once

#if defined(HOPSCOPE_BUILD_DPDK)
#include "engine/net/dpdk.h"
namespace hopscope::net {
using Network = DpdkNetwork;
}
#elif defined(HOPSCOPE_BUILD_AFXDP)
#include "engine/net/afxdp.h"
namespace hopscope::net {
using Network = AfxdpNetwork;
}
#elif defined(HOPSCOPE_BUILD_NETMAP)
#include "engine/net/netmap.h"
namespace hopscope::net {
using Network = NetmapNetwork;
}
#elif defined(HOPSCOPE_BUILD_SOCKET)
#include "engine/net/socket.h"
namespace hopscope::net {
using Network = SocketNetwork;
}
#else
#error "hopscope: define one HOPSCOPE_BUILD_… (see engine/CMakeLists.txt)"
#endif
