/* The programs of live-load: they run in the kernel, on BPF_PROG_TEST_RUN with live frames and at XDP hooks.
 *   source   makes a UDP frame of flow n++ and redirects it out of the interface: a fast sender over a veth
 *   pass     passes: makes a veth take redirected frames
 *   count    counts and drops the sender's frames, passes others (ARP): the receiver */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define HEAD 60

volatile struct {
    __u8 head[64];       /* Ethernet, IPv4, UDP and the first bytes of the payload of flow 0 */
    __u32 interface;
    __u32 flows;
    __u64 first;         /* flow to begin with */
    __u64 reset;         /* counts up each time that n begins anew */
} cfg;

struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } cnt SEC(".maps");

static __always_inline __u64 *slot(__u32 k) { return bpf_map_lookup_elem(&cnt, &k); }

/* One's complement: what takes the place of `word` when others grew by `more`. */
static __always_inline __u16 less(__u16 word, __u16 more)
{
    __u32 w = (__u32)__builtin_bswap16(word) + (__u16)~more;
    w = (w & 0xffff) + (w >> 16);
    return __builtin_bswap16((__u16)w);
}

/* Flow f: source port 1024 + f % 60000, the low half of the source address + f / 60000. The IP id and the first word of
 * the payload go down by as much, so that both checksums stay right. */
SEC("xdp") int source(struct xdp_md *ctx)
{
    __u8 *d = (void *)(long)ctx->data;
    if (d + HEAD > (__u8 *)(long)ctx->data_end)
        return XDP_ABORTED;
    __u64 *n = slot(0), *seen = slot(2);
    if (!n || !seen)
        return XDP_ABORTED;
    if (*seen != cfg.reset) {
        *seen = cfg.reset;
        *n = 0;
    }
    __u64 f = cfg.first + (*n)++ % cfg.flows;
    __u16 port = f % 60000, high = f / 60000;
#pragma unroll
    for (int i = 0; i < HEAD; i += 4)
        *(__u32 *)(d + i) = *(volatile __u32 *)&cfg.head[i];
    *(__u16 *)(d + 18) = less(*(__u16 *)(d + 18), high);
    *(__u16 *)(d + 28) = __builtin_bswap16(__builtin_bswap16(*(__u16 *)(d + 28)) + high);
    *(__u16 *)(d + 34) = __builtin_bswap16(1024 + port);
    *(__u16 *)(d + 42) = less(less(*(__u16 *)(d + 42), port), high);
    return bpf_redirect(cfg.interface, 0);
}

SEC("xdp") int pass(struct xdp_md *ctx) { return XDP_PASS; }

SEC("xdp") int count(struct xdp_md *ctx)
{
    __u8 *d = (void *)(long)ctx->data;
    if (d + 42 > (__u8 *)(long)ctx->data_end || *(__u16 *)(d + 12) != __builtin_bswap16(0x0800) || d[23] != 17 || *(__u16 *)(d + 36) != __builtin_bswap16(9))
        return XDP_PASS;
    __u64 *n = slot(1);
    if (n)
        (*n)++;
    return XDP_DROP;
}
char _license[] SEC("license") = "GPL";
