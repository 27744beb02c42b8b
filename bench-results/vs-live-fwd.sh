#!/bin/bash
# Measures `forward` beside C forwarders that decide nothing and beside the kernel as router, in turns: three network
# namespaces, frames in by one veth and out by another.
#
#   bench-results/vs-live-fwd.sh [options]
#
#   --peers DIR      sources of live_fwd (default: ../shared/peers beside the repository)
#   --out DIR        table.md and results.json go here (default: a new folder in $TMPDIR)
#   --rounds N       how often each runs (default: 5)
#   --seconds S      length of a measurement; four of them a run, the best counts (default: 1)
#   --only LIST      parts, of rate,new,latency (default: all)
#   --iptables KIND  legacy or nft (default: legacy)
#
# The sender has core 0, with the kernel's work for what it sends; the forwarder, or the kernel's routing (by receive packet
# steering), core 1. Everything else should be quiet: each run tells how often another process took the sender's core.
# Needs root, ip, ethtool, taskset, iptables, python3, gcc, make, clang and the headers of libbpf and libxdp.
set -euo pipefail

fail() {
  echo "vs-live-fwd: $*" >&2
  exit 2
}

root=$(cd "$(dirname "$0")/.." && pwd -P)
peers=$root/../shared/peers out='' rounds=5 seconds=1 only=rate,new,latency iptables=legacy
while [ $# -gt 0 ]; do
  [ $# -gt 1 ] || fail "$1 needs a value"
  case $1 in
    --peers) peers=$2 ;;
    --out) out=$2 ;;
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    --only) only=$2 ;;
    --iptables) iptables=$2 ;;
    *) fail "no option $1: see the head of this file" ;;
  esac
  shift 2
done
[ "$(id -u)" = 0 ] || fail "needs root"
[ -f "$peers/live_fwd.c" ] || fail "no live_fwd.c in $peers: say --peers DIR"
for tool in ip ethtool taskset python3 gcc make clang "iptables-$iptables-restore"; do
  command -v "$tool" >/dev/null || fail "needs the program $tool"
done
[ -n "$out" ] || out=$(mktemp -d)
mkdir -p "$out"
work=$(mktemp -d)
names=vpcrig-bench-$$
conntrack=$(cat /proc/sys/net/netfilter/nf_conntrack_max 2>/dev/null || echo)
buckets=$(cat /sys/module/nf_conntrack/parameters/hashsize 2>/dev/null || echo)
clean() {
  for end in src rtr dst; do ip netns del "$names-$end" 2>/dev/null || true; done
  [ -z "$conntrack" ] || sysctl -qw net.netfilter.nf_conntrack_max="$conntrack" || true
  [ -z "$buckets" ] || echo "$buckets" >/sys/module/nf_conntrack/parameters/hashsize || true
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

cp -r "$peers" "$work/peers"
chmod -R u+w "$work/peers"
# Where a frame lies in a slot of the transmit ring: 20 bytes further than this program has it, so its frames came out
# without their first 20 bytes. What it does per frame stays the same.
sed -i 's/off - sizeof(struct sockaddr_ll)/off/' "$work/peers/live_fwd.c"
make -s -C "$work/peers" live_fwd xdp_progs.bpf.o 2>"$work/make.log" || { cat "$work/make.log" >&2; fail "live_fwd can't be built"; }
headers=/usr/include/$(gcc -print-multiarch)
clang -O2 -g -target bpf -I"$headers" -c -o "$work/live-load.bpf.o" "$root/bench-results/live-load.bpf.c"
gcc -O2 -o "$work/live-load" "$root/bench-results/live-load.c" -lbpf
"$root/vpcrig" --version >/dev/null # Builds it, if need be, and not while the clock runs.
if [ -n "$conntrack" ]; then
  sysctl -qw net.netfilter.nf_conntrack_max=8000000
  echo 1048576 >/sys/module/nf_conntrack/parameters/hashsize
fi
python3 "$root/bench-results/live.py" "$root" "$work" "$out" "$rounds" "$seconds" "$only" "$iptables" "$names"
echo "in $out" >&2
