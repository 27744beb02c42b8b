#!/bin/bash
# Measures replay from file to file beside libpcap and tcprewrite: whole processes, start included, in turns.
#
#   bench-results/vs-libpcap.sh [options]
#
#   --peers DIR      sources of pcapgen, which makes the captures (default: ../shared/peers beside the repository)
#   --out DIR        table.md and results.json go here (default: a new folder in $TMPDIR)
#   --cores LIST     cores they are pinned to, as taskset -c takes them (default: 0,1)
#   --rounds N       how often each runs, after once for nothing (default: 5)
#   --frames N       frames of 114 bytes in the large capture; a twelfth of 1400 bytes (default: 8500000, 1.1 GB)
#
# Captures and outputs are on /dev/shm, in the page cache: five times the large capture must fit there. Needs gcc, make,
# python3 and libpcap's headers; tcprewrite is left out where there is none.
set -euo pipefail

fail() {
  echo "vs-libpcap: $*" >&2
  exit 2
}

root=$(cd "$(dirname "$0")/.." && pwd -P)
peers=$root/../shared/peers out='' cores=0,1 rounds=5 frames=8500000
while [ $# -gt 0 ]; do
  [ $# -gt 1 ] || fail "$1 needs a value"
  case $1 in
    --peers) peers=$2 ;;
    --out) out=$2 ;;
    --cores) cores=$2 ;;
    --rounds) rounds=$2 ;;
    --frames) frames=$2 ;;
    *) fail "no option $1: see the head of this file" ;;
  esac
  shift 2
done
[ -f "$peers/pcapgen.c" ] || fail "no pcapgen.c in $peers: say --peers DIR"
[ -n "$out" ] || out=$(mktemp -d)
mkdir -p "$out"
work=$(mktemp -d /dev/shm/vpcrig-files.XXXXXX)
trap 'rm -rf "$work"' EXIT

cp -r "$peers" "$work/peers"
chmod -R u+w "$work/peers"
make -s -C "$work/peers" pcapgen 2>/dev/null || fail "pcapgen can't be built"
peers=$work/peers
gcc -O3 -march=native -o "$work/libpcap-loop" "$root/bench-results/libpcap-loop.c" -lpcap
"$peers/pcapgen" "$work/114.pcap" --packets "$frames" --inner-len 64
"$peers/pcapgen" "$work/1400.pcap" --packets $((frames / 12)) --inner-len 1350
"$peers/pcapgen" "$work/small.pcap" --packets 7600 --inner-len 64
"$peers/pcapgen" "$work/plain.pcap" --packets $((frames / 4)) --inner-len 114 --plain
# The 64 networks of pcapgen, and the way to where its flows go: VXLAN in, VXLAN out.
{
  echo "vpc: {name: peers, cidr: 10.0.0.0/8}"
  echo "segments: {public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}}"
  echo "tiers:"
  for ((k = 0; k < 64; k++)); do
    echo "  t$k: {gateway: 10.$((k + 1)).0.1/16, vxlan: $((1000 + k)), acl: default_allow}"
  done
  echo "private-gateways:"
  echo "  - {name: dc, vxlan: 5000, address: 192.168.50.2/24, gateway: 192.168.50.1, acl: default_allow, source-nat: false}"
  echo "static-routes: [{cidr: 198.18.0.0/15, gateway: dc}]"
} >"$work/vpc.yaml"

"$root/vpcrig" --version >/dev/null # Builds it, if need be, and not while the clock runs.
python3 "$root/bench-results/files.py" "$root" "$work" "$out" "$rounds" "$cores" "$frames"
echo "in $out" >&2
