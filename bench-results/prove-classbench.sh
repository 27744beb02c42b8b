#!/bin/bash
# Proves ClassBench sets against their compiled forms and prints a table of it, one process for each set and engine.
#
#   bench-results/prove-classbench.sh [--sets DIR] [--engine A,B] [SET...]
#
#   --sets DIR       the sets (default: ../shared/data/rules/classbench beside the repository)
#   --engine A,B     engines (default: auto,linear,rfc,peel,split,tuple-merge)
#   SET              file names in DIR (default: all *.rules and *.rules.gz, the small ones first)
#
# Seconds are those of the whole process, JVM, reading and compiling included; CPU seconds are those of all its threads
# and tell more where the machine is busy. The goal goes by the number of rules: up
# to 2,000 in 5 s, up to 20,000 in 60 s, more in 600 s; it is also the proof's time limit, so a proof that misses it is
# `undecided` (exit 5). `over budget` is an engine that refuses to compile the set.
# Exit: 0 if all are equal or over budget, 1 if some are different, 5 if some are undecided or late.
set -euo pipefail

fail() {
  echo "prove-classbench: $*" >&2
  exit 2
}

here=$(cd "$(dirname "$0")" && pwd -P)
vpcrig=$here/../vpcrig
sets=$here/../../shared/data/rules/classbench engines=auto,linear,rfc,peel,split,tuple-merge
while [ $# -gt 0 ]; do
  case $1 in
    --sets) sets=$2 ;;
    --engine) engines=$2 ;;
    --*) fail "unknown option $1" ;;
    *) break ;;
  esac
  shift 2
done
cd "$sets" 2>/dev/null || fail "no sets in $sets: name their folder with --sets"
[ $# -gt 0 ] || set -- *.rules*

# "RULES FILE", the small ones first.
files=$(for file in "$@"; do
  case $file in *.gz) gunzip -c "$file" ;; *) cat "$file" ;; esac | awk -v f="$file" '/^@/ { n++ } END { print n, f }'
done | sort -n)

"$vpcrig" --version >&2 # Builds it, if need be, before anything is measured.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TIMEFORMAT='%R %U %S'
code=0
echo "| set | rules | engine | result | seconds | CPU seconds | goal |"
echo "|---|---|---|---|---|---|---|"
while read -r rules file; do
  goal=600
  [ "$rules" -gt 20000 ] || goal=60
  [ "$rules" -gt 2000 ] || goal=5
  for engine in ${engines//,/ }; do
    exit=0
    { time "$vpcrig" prove "$file" --engine "$engine" --timeout "$goal" >"$work/answer" 2>"$work/error"; } \
      2>"$work/time" || exit=$?
    read -r seconds cpu < <(awk '{ printf "%.1f %.1f\n", $1, $2 + $3 }' "$work/time")
    case $exit in
      0) result=equal ;;
      1) result=different code=1 ;;
      4) result="over budget" ;;
      5) result=undecided ;;
      *) fail "$file, $engine: exit $exit: $(cat "$work/error")" ;;
    esac
    late=$(awk -v s="$seconds" -v g="$goal" 'BEGIN { print (s > g) }')
    if [ "$exit" = 5 ] || [ "$late" = 1 ]; then [ "$code" = 1 ] || code=5; fi
    # What auto took stands in its answer.
    case $engine$exit in auto[01]) engine="auto: $(sed -n '1s/.* by \([a-z-]*\):.*/\1/p' "$work/answer")" ;; esac
    grouped=$(printf '%d' "$rules" | sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta')
    echo "| ${file%.rules*} | $grouped | $engine | $result | $seconds | $cpu | $goal |"
  done
done <<<"$files"
exit "$code"
