#!/usr/bin/env bash
# Makes the expected output and the expected counters of the golden replays anew:
#   NAME.expected.pcapng   what `replay -w` writes for NAME.pcap
#   NAME.expected.json     what `replay --format json` prints, without the seconds it took
# The VPC is vpc.yaml beside the capture; balanced/roundrobin.pcap is made by balanced/make.py.
# Look at the difference before you commit it. Usage: pcaps/update.sh [CASE...]
set -euo pipefail
cd "$(dirname "$0")/.."
cases=${*:-$(cd pcaps && ls ./*.kernel.pcap | sed 's,^\./,,; s,\.kernel\.pcap$,,') balanced/roundrobin}
for name in $cases; do
  ./vpcrig replay "$(dirname "pcaps/$name")/vpc.yaml" "pcaps/$name.pcap" --format json --progress none \
    -w "pcaps/$name.expected.pcapng" | sed '/"seconds"/d' >"pcaps/$name.expected.json"
  echo "$name"
done
