#!/bin/bash
# Measures again every figure that README.md and bench-results/README.md quote, and writes them as tables.
#
#   bench-results/remake-readme-figures.sh [options] [WHAT...]
#
#   WHAT             start acl route updates pipeline load ring replay gate jmh (default: all)
#     start          README "starts in a quarter of a second": whole processes, medians of 15
#     acl, route     beside DPDK: vs-dpdk.sh on every rule set and on the table of the Internet
#     updates        look-ups while lists are edited
#     pipeline       the whole way beside plain C: vs-sol.sh, all cases
#     load           latency at 10, 50 and 90 %, NDR, PDR, the generator alone, edits under traffic
#     ring           the hand-off beside rte_ring: vs-rte-ring.sh
#     replay         a capture from memory and from its file, one worker and two
#     gate           20 comparisons of a build with itself, and one with a build 5 % slower, by compare
#     jmh            the JMH figures of bench-results/README.md
#
#   --data DIR       rule sets and tables (default: ../shared/data beside the repository)
#   --peers DIR      sources of the peers (default: ../shared/peers beside the repository)
#   --out DIR        figures.md, and a folder for each of WHAT (default: a new folder in $TMPDIR)
#   --core N         core for what runs on one (default: the last one)
#   --rounds N       of what is measured beside a peer (default: 3)
#   --quick          short runs, few rule sets: whether everything works, no figures to quote
#
# What the vs-*.sh need: libdpdk-dev, gcc, make, pkg-config, python3; vs-sol.sh also big pages. An hour or two, and
# nothing else on the machine: a core share below 100 % in a table means that its figures are no good.
set -euo pipefail

fail() {
  echo "remake-readme-figures: $*" >&2
  exit 2
}

here=$(cd "$(dirname "$0")" && pwd -P)
root=$here/..
vpcrig=$root/vpcrig
data=$root/../shared/data peers=$root/../shared/peers out= core=$(($(nproc) - 1)) rounds=3 quick=
while [ $# -gt 0 ]; do
  case $1 in
    --data) data=$2 && shift ;;
    --peers) peers=$2 && shift ;;
    --out) out=$2 && shift ;;
    --core) core=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    --quick) quick=1 ;;
    --*) fail "unknown option $1" ;;
    *) break ;;
  esac
  shift
done
[ $# -gt 0 ] || set -- start acl route updates pipeline load ring replay gate jmh
[ -n "$out" ] || out=$(mktemp -d)
mkdir -p "$out"
one="taskset -c $core"
how=(--forks 5 --runs 5 --seconds 0.5 --warm-up 3)
repeats=20 pairs=12 gate_how=(--runs 5 --seconds 0.2 --warm-up 2)
if [ -n "$quick" ]; then
  rounds=1 repeats=1 pairs=2
  how=(--forks 2 --runs 2 --seconds 0.05 --warm-up 0.2) gate_how=(--runs 2 --seconds 0.05 --warm-up 0.2)
fi
rules=$data/rules/classbench
first=$rules/neurocuts_acl1_1k.rules

# Median of 15 whole processes, in seconds.
time_of() {
  local times=()
  for _ in $(seq "$([ -n "$quick" ] && echo 3 || echo 15)"); do
    local from to
    from=$(date +%s%N)
    "$@" >/dev/null 2>&1
    to=$(date +%s%N)
    times+=($(((to - from) / 1000000)))
  done
  printf '%s\n' "${times[@]}" | sort -n | awk '{ v[NR] = $1 } END { printf "%.3f s\n", v[int((NR + 1) / 2)] / 1000 }'
}

start() {
  echo "vpcrig --version: $(time_of "$vpcrig" --version)"
  echo "vpcrig replay of pcaps/demo.pcap: $(time_of "$vpcrig" replay "$root/pcaps/vpc.yaml" "$root/pcaps/demo.pcap")"
}
acl() {
  local sets=("$rules"/*.rules "$rules"/*.rules.gz)
  [ -z "$quick" ] || sets=("$first")
  "$here/vs-dpdk.sh" acl --peers "$peers" --core "$core" --rounds "$rounds" --out "$out/acl" "${sets[@]}"
}
route() {
  local table
  table=$(ls "$data"/routes/bart_fulltable_v4v6*)
  "$here/vs-dpdk.sh" route --peers "$peers" --core "$core" --rounds "$rounds" --out "$out/route" "$table"
}
updates() {
  "$vpcrig" bench acl --rules "$rules"/neurocuts_acl1_10k.rules.gz "$rules"/neurocuts_fw1_10k.rules.gz \
    --update-rate 1,10,100,1000 --runs 5 --seconds 1 --warm-up 3 --json "$out/updates.json"
}
pipeline() {
  "$here/vs-sol.sh" --peers "$peers" --core "$core" --rounds "$rounds" --out "$out/pipeline" "$first"
}
load() {
  # shellcheck disable=SC2086 # several words
  $one "$vpcrig" bench pipeline --latency --rate 10%,50%,90% --search ndr,pdr "${how[@]}" --json "$out/load.json"
  "$vpcrig" bench pipeline --new 10 --update-rate 10,1000 "${how[@]}" --json "$out/edits.json"
}
ring() {
  "$here/vs-rte-ring.sh" --peers "$peers" --rounds "$rounds" --out "$out/ring"
}
replay() {
  "$vpcrig" bench replay "$root/pcaps/vpc.yaml" "$root/pcaps/demo.pcap" "${how[@]}" --json "$out/replay.json"
}
gate() {
  local same="$one $vpcrig bench pipeline --flows 4096 ${gate_how[*]}" alarms=0 k
  for k in $(seq "$repeats"); do
    "$vpcrig" compare --run "$same" "$same" --pairs "$pairs" || alarms=$((alarms + 1))
  done
  echo "$alarms alarms in $repeats comparisons of a build with itself"
  # Every rate of the last comparison's build, 5 % less: what a slower build would have left.
  "$vpcrig" compare --run "$same" "$same" --pairs "$pairs" --keep "$out/gate" || true
  python3 - "$out/gate/new" <<'PYTHON'
import json, pathlib, sys
for file in pathlib.Path(sys.argv[1]).glob("*.json"):
    report = json.loads(file.read_text())
    for result in report["results"]:
        for run in result["runs"]:
            run["wallNs"], run["cpuNs"] = int(run["wallNs"] * 1.05), int(run["cpuNs"] * 1.05)
    file.write_text(json.dumps(report))
PYTHON
  "$vpcrig" compare --paired "$out/gate/base" "$out/gate/new" && echo "5 % less: NOT found" || echo "5 % less: found"
}
jmh() {
  (cd "$root" && mvn -q -Pjmh -DskipTests package)
  local brief=()
  [ -z "$quick" ] || brief=(-f 1 -wi 1 -i 1)
  (cd "$root" && java @src/jmh/jvm.args -jar target/benchmarks.jar \
    'PathBenchmark|DecapBenchmark|SessionLookup|ClassifyBenchmark|PrefixLookup|RingBenchmark' -f 3 "${brief[@]}" \
    -rf json -rff "$out/jmh.json")
}

"$vpcrig" --version >&2 # Builds it, if need be, before anything is measured.
: >"$out/figures.md"
for what in "$@"; do
  case $what in
    start | acl | route | updates | pipeline | load | ring | replay | gate | jmh) ;;
    *) fail "no figure $what" ;;
  esac
done
for what in "$@"; do
  {
    echo "## $what"
    echo
    "$what" || echo "FAILED: exit $?"
    echo
  } | tee -a "$out/figures.md"
done
echo "figures in $out/figures.md; python3 $here/history.py keeps results in history.tsv" >&2
if grep -q '^FAILED' "$out/figures.md"; then exit 1; fi
