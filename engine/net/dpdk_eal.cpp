#include "engine/net/dpdk_eal.h"

#include <rte_eal.h>
#include <rte_errno.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace hopscope::net {
namespace {

// On 4 KiB pages an mbuf takes a page of its own, for it may not straddle two. Enough for 7 venues on hugepages and 2 without; with more
// venues and no hugepages EAL finds no room for the mempool, whatever it is given (seen with DPDK 22.11).
std::uint64_t megabytes_needed(const core::Plan& plan, unsigned mbufs) {
  const std::uint64_t spdk = plan.journal.device == core::JournalDevice::Spdk ? plan.journal.spdk.memory_bytes >> 20 : 0;
  return (std::uint64_t{mbufs} * 4096 >> 20) + 32 + spdk;
}

// EAL says much and nothing that helps when no hugepage is free; ask first.
std::string check_hugepages(std::uint64_t megabytes) {
  std::ifstream meminfo("/proc/meminfo");
  std::string key;
  std::uint64_t value = 0, free_pages = 0, page_kib = 2048;
  while (meminfo >> key >> value) {
    if (key == "HugePages_Free:") free_pages = value;
    if (key == "Hugepagesize:") page_kib = value;
    std::getline(meminfo, key);
  }
  if (free_pages * page_kib >= megabytes * 1024) return {};
  const std::uint64_t pages = megabytes * 1024 / page_kib + 1;
  return "hugepages: " + std::to_string(free_pages) + " of " + std::to_string(page_kib) + " KiB are free, the dpdk build needs " +
         std::to_string(megabytes) + " MiB of them for this plan: echo " + std::to_string(std::max<std::uint64_t>(256, pages)) +
         " > /proc/sys/vm/nr_hugepages, or --set pipeline.hugepages=off";
}

// Only the devices that the plan names: a probe of the whole bus could take the machine's own NIC.
void allow_devices(const core::Plan& plan, std::vector<std::string>& arguments) {
  const std::size_t before = arguments.size();
  if (plan.link == "pci") {
    for (const core::LinkPlan& link : plan.links) {
      for (const core::EndPlan* end : {&link.a, &link.b})
        if (!end->ifname.empty()) arguments.insert(arguments.end(), {"-a", end->ifname});
    }
  }
  if (plan.journal.device == core::JournalDevice::Spdk)
    for (const std::string& controller : plan.journal.spdk.pci) arguments.insert(arguments.end(), {"-a", controller});
  if (arguments.size() == before) arguments.emplace_back("--no-pci");
}

}  // namespace

std::string start_eal(const core::Plan& plan, unsigned mbufs) {
  // Where the kernel lets programs share an interface, libxdp pins its dispatcher in bpffs: that would survive kill -9.
  setenv("LIBXDP_SKIP_DISPATCHER", "1", 0);
  const std::string lcore = std::to_string(plan.lcores.front().cpu);
  std::vector<std::string> arguments = {"hopscope", "-l", lcore, "--no-telemetry", "--log-level=*:error"};
  allow_devices(plan, arguments);
  // in-memory: no file in hugetlbfs and no runtime folder stays behind, even after kill -9. EAL refuses it together with no-huge; there
  // no-shconf does the same.
  arguments.emplace_back(plan.hugepages ? "--in-memory" : "--no-shconf");
  // virtio_user hands its memory to vhost one file descriptor at a time, 8 at most.
  if (plan.link == "virtio_user" && plan.hugepages) arguments.emplace_back("--single-file-segments");
  if (!plan.hugepages) {
    arguments.insert(arguments.end(), {"--no-huge", "-m", std::to_string(std::max<std::uint64_t>(64, megabytes_needed(plan, mbufs)))});
  } else if (std::string error = check_hugepages(megabytes_needed(plan, mbufs)); !error.empty()) {
    return error;
  }
  std::vector<char*> argv;
  argv.reserve(arguments.size());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  if (rte_eal_init(static_cast<int>(argv.size()), argv.data()) < 0)
    return std::string("dpdk: rte_eal_init failed (") + rte_strerror(rte_errno) + "): `hopscope doctor` shows what is missing";
  return {};
}

}  // namespace hopscope::net
