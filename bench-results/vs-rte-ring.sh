#!/bin/bash
# Measures the hand-off between threads beside DPDK's rte_ring: the same two cores, in turns.
#
#   bench-results/vs-rte-ring.sh [options]
#
#   --peers DIR      sources of ring_dpdk (default: ../shared/peers beside the repository)
#   --out DIR        raw results, table.md and table.json go here (default: a new folder in $TMPDIR)
#   --cores A,B      producer's and consumer's (default: 0,1)
#   --rounds N       each round is a process of ours, then one of theirs (default: 3)
#
# Needs libdpdk-dev, gcc, make, pkg-config, python3, and two cores that nothing else uses: their mark DISTURBED stands for
# cores that are shared. Where the two lie on the machine decides more than the ring does, so only ratios of one round
# count. MEASURE is put before every measured command (default: taskset -c CORES).
set -euo pipefail

fail() {
  echo "vs-rte-ring: $*" >&2
  exit 2
}

here=$(cd "$(dirname "$0")" && pwd -P)
vpcrig=$here/../vpcrig
peers=$here/../../shared/peers out= cores=0,1 rounds=3
while [ $# -gt 0 ]; do
  case $1 in
    --peers) peers=$2 ;;
    --out) out=$2 ;;
    --cores) cores=$2 ;;
    --rounds) rounds=$2 ;;
    *) fail "unknown option $1" ;;
  esac
  shift 2
done
[ -r "$peers/Makefile" ] || fail "no peers in $peers: name their folder with --peers"
[ -n "$out" ] || out=$(mktemp -d)
mkdir -p "$out"
measure=${MEASURE:-taskset -c $cores}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Their sources may be read-only, and their program is built for this processor.
mkdir "$work/peers"
cp "$peers"/*.c "$peers"/*.h "$peers/Makefile" "$work/peers/"
make -s -C "$work/peers" ring_dpdk

"$vpcrig" --version >&2 # Builds it, if need be, before anything is measured.
for round in $(seq "$rounds"); do
  echo "vs-rte-ring: round $round of $rounds" >&2
  # shellcheck disable=SC2086 # several words
  $measure "$vpcrig" bench ring --burst 1,8,32,256 --capacity 1024 --warm-up 1 --runs 5 --seconds 0.3 \
    --json "$out/ours.$round.json" >"$out/ours.$round.txt"
  "$work/peers/ring_dpdk" --size 1024 --prod "${cores%,*}" --cons "${cores#*,}" --runs 5 --seconds 0.3 \
    >"$out/theirs.$round.txt"
done
echo "$rounds" >"$out/rings"
python3 "$here/table.py" "$out"
