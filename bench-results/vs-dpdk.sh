#!/bin/bash
# Measures vpcrig and DPDK side by side: the same inputs, the same core, in turns.
#
#   bench-results/vs-dpdk.sh acl [options] RULES...       rte_acl against vpcrig bench acl
#   bench-results/vs-dpdk.sh route [options] PREFIXES...  rte_fib against vpcrig bench route
#
#   --peers DIR      sources of acl_dpdk and lpm_dpdk (default: ../shared/peers beside the repository)
#   --out DIR        raw results, table.md and table.json go here (default: a new folder in $TMPDIR)
#   --core N         core that everything measured runs on (default: the last one)
#   --rounds N       each round is a process of ours for each engine or pattern, then one of theirs (default: 3)
#   --engine A,B     of acl: engines of ours (default: auto)
#   --pattern A,B    of route: addresses, rand, route, zipf, seq (default: rand,route)
#   --skew KIND      of acl: of the headers, as in gen traffic (default: uniform)
#   --headers N      of acl: distinct headers for each rule set (default: 65536)
#
# Needs libdpdk-dev, gcc, make, pkg-config, python3. Uses big pages if enough are free. MEASURE is put before
# every measured command (default: taskset -c CORE).
#
# rte_acl runs with every algorithm the processor has, with max_size 0 and 2 GiB; table.py takes the best. Its mark
# DISTURBED stands for a core that is shared; PEER_PROBE_REF is set to this core's own speed first.
set -euo pipefail

fail() {
  echo "vs-dpdk: $*" >&2
  exit 2
}

here=$(cd "$(dirname "$0")" && pwd -P)
vpcrig=$here/../vpcrig
what=${1:-}
case $what in
  acl) default=auto program=acl_dpdk ;;
  route) default=rand,route program=lpm_dpdk ;;
  *) fail "acl or route?" ;;
esac
shift
peers=$here/../../shared/peers out= core=$(($(nproc) - 1)) rounds=3 variants=$default skew=uniform headers=65536
while [ $# -gt 0 ]; do
  case $1 in
    --peers) peers=$2 ;;
    --out) out=$2 ;;
    --core) core=$2 ;;
    --rounds) rounds=$2 ;;
    --engine | --pattern) variants=$2 ;;
    --skew) skew=$2 ;;
    --headers) headers=$2 ;;
    --*) fail "unknown option $1" ;;
    *) break ;;
  esac
  shift 2
done
[ $# -gt 0 ] || fail "no input files"
[ -r "$peers/Makefile" ] || fail "no peers in $peers: name their folder with --peers"
[ -n "$out" ] || out=$(mktemp -d)
mkdir -p "$out"
measure=${MEASURE:-taskset -c $core}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Their sources may be read-only, and their program is built for this processor.
mkdir "$work/peers"
cp "$peers"/*.c "$peers"/*.h "$peers/Makefile" "$work/peers/"
make -s -C "$work/peers" "$program"
free=$(awk '/HugePages_Free/ { print $2 }' /proc/meminfo)
memory=
[ "$free" -ge 1000 ] || memory="--no-huge 6000"

# $1: any output of theirs, run with a reference of 1 ns. Prints the fastest turn of their probe loop in ns.
probe_reference() {
  awk '{ for (i = 1; i <= NF; i++) if (split($i, f, "=") == 2 && f[1] == "share" && f[2] > best) best = f[2] }
    END { printf "%.4f\n", 1 / best }' "$1"
}

# Plain text, under the name of the file without .gz.
unpack() {
  local plain=$work/$(basename "${1%.gz}")
  case $1 in *.gz) gunzip -c "$1" ;; *) cat "$1" ;; esac | tr -d '\r' >"$plain"
  echo "$plain"
}

theirs_acl() { # $1: rules, $2: headers
  # shellcheck disable=SC2086 # several words
  $measure "$work/peers/acl_dpdk" "$1" --trace "$2" --batch 256 --runs 3 --seconds 0.15 --cpu "$core" $memory
}

ours_acl() { # $1: rules, $2: headers, $3: engine, $4: result
  # shellcheck disable=SC2086 # several words
  $measure "$vpcrig" bench acl --rules "$1" --headers "$2" --engine "$3" --batch 256 --warm-up 3 \
    --runs 5 --seconds 0.3 --json "$4"
}

# Writes the addresses to $2.rand, $2.route, $2.zipf and $2.seq, too. Adding a full table to rte_lpm takes a minute.
theirs_route() { # $1: prefixes, $2: addresses
  # shellcheck disable=SC2086 # several words
  $measure "$work/peers/lpm_dpdk" "$1" --write-addrs "$2" --no-lpm --runs 3 --seconds 0.15 --cpu "$core" $memory
}

ours_route() { # $1: prefixes, $2: addresses, $3: pattern, $4: result
  # shellcheck disable=SC2086 # several words
  $measure "$vpcrig" bench route --routes "$1" --addresses "$2.$3" --batch 64,256 --warm-up 3 \
    --runs 5 --seconds 0.3 --json "$4"
}

"$vpcrig" --version >&2 # Builds it, if need be, before anything is measured.
for file in "$@"; do
  plain=$(unpack "$file")
  name=$(basename "$plain")
  traffic=$work/$name.traffic
  if [ "$what" = acl ]; then
    "$vpcrig" gen traffic --rules "$plain" --count "$headers" --skew "$skew" --distinct -o "$traffic"
  else
    theirs_route "$plain" "$traffic" >/dev/null
  fi
  if [ -z "${PEER_PROBE_REF:-}" ]; then
    PEER_PROBE_REF=1 "theirs_$what" "$plain" "$traffic" >"$work/probe"
    PEER_PROBE_REF=$(probe_reference "$work/probe")
    export PEER_PROBE_REF
  fi
  for round in $(seq "$rounds"); do
    echo "vs-dpdk: $name, round $round of $rounds" >&2
    for variant in ${variants//,/ }; do
      "ours_$what" "$plain" "$traffic" "$variant" "$out/$name.$round.$variant.json" >"$out/$name.$round.$variant.txt"
    done
    "theirs_$what" "$plain" "$traffic" >"$out/$name.$round.dpdk.txt"
  done
done
python3 "$here/table.py" "$out"
