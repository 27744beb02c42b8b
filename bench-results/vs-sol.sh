#!/bin/bash
# Measures the whole way beside plain C that does the same work without a policy: the same core, in turns.
#
#   bench-results/vs-sol.sh [options] RULES [CASE...]
#
#   RULES            ClassBench rules; sol_vpc classifies new flows by the first 50
#   CASE             one of those in `cases` below (default: all)
#   --peers DIR      sources of sol_vpc (default: ../shared/peers beside the repository)
#   --out DIR        raw results, table.md and table.json go here (default: a new folder in $TMPDIR)
#   --core N         core that everything measured runs on (default: the last one)
#   --rounds N       each round is a process of ours for each case, and between them theirs (default: 3)
#   --their-batch B  frames that theirs takes at a time (default: 256, the better for it beyond the caches)
#
# Needs libdpdk-dev, gcc, make, pkg-config, python3, and some big pages:
#   echo 1400 >/proc/sys/vm/nr_hugepages
# MEASURE is put before every measured command (default: taskset -c CORE).
#
# Where the processor has no AVX-512, avx512-on-avx2.h stands in for the few instructions sol_vpc.c uses, and rte_acl
# runs with AVX2. sol_vpc_touch is the same without prefetch instructions, which a JVM does not have. Their mark DISTURBED
# stands for a core that is shared; PEER_PROBE_REF is set to this core's own speed first.
set -euo pipefail

fail() {
  echo "vs-sol: $*" >&2
  exit 2
}

# Name, what of theirs it is compared with (established, new, or - for nothing), flows, and options of bench pipeline.
# The name's part before the colon groups cases: what stands in a group is compared with its first, too.
cases='
flows:64k   established 65536   --rules 50
flows:1k    established 1000    --rules 50
flows:1M    established 1000000 --rules 50
flows:8M    -           8000000 --rules 50
vnis:2      established 65536   --vnis 2
vnis:100    established 65536   --vnis 100
nat:none    established 65536   --variant vxlan-vxlan
nat:tags    established 65536   --variant vxlan-vlan
nat:out     established 65536   --variant snat-out
nat:back    established 65536   --variant snat-back
nat:into    established 65536   --variant port-forward
nat:mixed   established 65536   --variant mixed
rules:50    established 65536   --rules 50
rules:1000  established 65536   --rules 1000
rules:10000 established 65536   --rules 10000
new:64k     new         65536   --new 100
new:1M      new         1000000 --new 100
share:0     established 65536   --new 0
share:10    established 65536   --new 10
size:110    established 65536   --size 110
size:IMIX   -           65536   --size IMIX
size:1400   -           65536   --size 1400
batch:256   established 65536   --batch 256
batch:64    -           65536   --batch 64
batch:16    -           65536   --batch 16
batch:4     -           65536   --batch 4
batch:1     -           65536   --batch 1
'

here=$(cd "$(dirname "$0")" && pwd -P)
vpcrig=$here/../vpcrig
peers=$here/../../shared/peers out= core=$(($(nproc) - 1)) rounds=3 batch=256
while [ $# -gt 0 ]; do
  case $1 in
    --peers) peers=$2 ;;
    --out) out=$2 ;;
    --core) core=$2 ;;
    --rounds) rounds=$2 ;;
    --their-batch) batch=$2 ;;
    --*) fail "unknown option $1" ;;
    *) break ;;
  esac
  shift 2
done
[ $# -gt 0 ] || fail "no rules"
[ -r "$peers/Makefile" ] || fail "no peers in $peers: name their folder with --peers"
rules=$1
shift
if [ $# -gt 0 ]; then
  chosen=
  for name in "$@"; do
    line=$(grep "^$name " <<<"$cases") || fail "no case $name"
    chosen+=$line$'\n'
  done
  cases=$chosen
fi
free=$(awk '/HugePages_Free/ { print $2 }' /proc/meminfo)
[ "$free" -ge 64 ] || fail "$free big pages are free, 64 are needed: echo 1400 >/proc/sys/vm/nr_hugepages"
[ -n "$out" ] || out=$(mktemp -d)
mkdir -p "$out"
measure=${MEASURE:-taskset -c $core}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Their sources may be read-only, and their program is built for this processor.
mkdir "$work/peers"
cp "$peers"/*.c "$peers"/*.h "$peers/Makefile" "$work/peers/"
algorithm=avx512x32 compiler=gcc
if ! grep -q '^flags.* avx512vl' /proc/cpuinfo; then
  algorithm=avx2 compiler="gcc -include $here/avx512-on-avx2.h"
fi
make -s -C "$work/peers" CC="$compiler" sol_vpc sol_vpc_touch
case $rules in *.gz) gunzip -c "$rules" ;; *) cat "$rules" ;; esac | tr -d '\r' >"$work/all"
head -50 "$work/all" >"$work/rules"

theirs() { # $1: program, $2: flows, $3: runs
  $measure "$work/peers/$1" --cpu "$core" --batch "$batch" --no-bandwidth --seconds 0.15 --runs "$3" \
    --rules "$work/rules" --acl-alg "$algorithm" --flows "$2"
}

ours() { # $1: flows, $2: result, then options
  local flows=$1 result=$2
  shift 2
  $measure "$vpcrig" bench pipeline --flows "$flows" --warm-up 4 --runs 5 --seconds 0.3 --json "$result" "$@"
}

"$vpcrig" --version >&2 # Builds it, if need be, before anything is measured.
if [ -z "${PEER_PROBE_REF:-}" ]; then
  # The fastest turn of their probe loop in ns, from a run with a reference of 1 ns.
  PEER_PROBE_REF=$(PEER_PROBE_REF=1 theirs sol_vpc 1000 1 |
    awk '{ for (i = 1; i <= NF; i++) if (split($i, f, "=") == 2 && f[1] == "share" && f[2] > best) best = f[2] }
      END { printf "%.4f\n", 1 / best }')
  export PEER_PROBE_REF
fi
for round in $(seq "$rounds"); do
  measured=
  while read -r name row flows options; do
    [ -n "$name" ] || continue
    echo "vs-sol: $name, round $round of $rounds" >&2
    # Theirs runs once in a group for each number of flows, just before the first case that is compared with it.
    [ "${measured%% *}" = "${name%:*}" ] || measured=${name%:*}
    if [ "$row" != - ] && [[ "$measured " != *" $flows "* ]]; then
      measured+=" $flows"
      for program in sol_vpc sol_vpc_touch; do
        theirs "$program" "$flows" 3 >"$out/${name%:*}.$flows.$round.$program.txt"
      done
    fi
    # shellcheck disable=SC2086 # several words
    ours "$flows" "$out/$name.$round.json" $options >"$out/$name.$round.txt"
  done <<<"$cases"
done
echo "$cases" >"$out/cases"
python3 "$here/table.py" "$out"
