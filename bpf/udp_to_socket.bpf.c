/* SPDX-License-Identifier: MIT */
/* Build `afxdp`: hands the UDP datagrams of one link end to its AF_XDP socket, and leaves everything else to the kernel. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 own_ip = 0;   /* network order */
const volatile __u16 own_port = 0; /* network order */

struct {
  __uint(type, BPF_MAP_TYPE_XSKMAP);
  __uint(max_entries, 1); /* the engine polls one queue */
  __type(key, __u32);
  __type(value, __u32);
} sockets SEC(".maps");

SEC("xdp")
int udp_to_socket(struct xdp_md* context) {
  const void* end = (const void*)(long)context->data_end;
  const struct ethhdr* ethernet = (const void*)(long)context->data;
  const struct iphdr* ip = (const void*)(ethernet + 1);
  const struct udphdr* udp = (const void*)(ip + 1);
  if ((const void*)(udp + 1) > end) return XDP_PASS;
  if (ethernet->h_proto != bpf_htons(ETH_P_IP) || ip->version != 4 || ip->ihl != 5 || ip->protocol != IPPROTO_UDP) return XDP_PASS;
  if (ip->daddr != own_ip || udp->dest != own_port) return XDP_PASS;
  return bpf_redirect_map(&sockets, context->rx_queue_index, XDP_PASS); /* pass: no socket on this queue */
}

char _license[] SEC("license") = "Dual MIT/GPL";
