"""Reads the raw results that vs-dpdk.sh left in a folder; writes table.md and table.json there.

One row for each input and each form of ours, against the variant of theirs (algorithm, max_size, bytes of an entry)
with the best median over the rounds. A ratio is taken within a round, ours over theirs, of medians; the row shows the
smallest, the median and the largest, and the ratio of the fastest runs of all rounds, which a busy machine disturbs
least. Exit 1 if the checksums of the answers differ anywhere.
"""

import collections
import json
import pathlib
import re
import statistics
import sys

FIGURES = r" +[\d.]+ +([\d.]+) +([\d.]+) +Mlookup/s +runs=\S+ share=([\d.]+)"
ACL_RATE = re.compile(r"^acl max_size=(\d+)M (\S+) batch=256" + FIGURES)
ACL_BUILD = re.compile(r"^# max_size=(\d+) build rc=0 ([\d.]+) s, run-time structures ([\d.]+) MiB")
ACL_CHECKSUM = re.compile(r"^# checksum=([0-9a-f]+)")
ROUTE_RATE = re.compile(r"^(rte_\S+(?: \dB)?) (\S+ bulk=\d+) (\w+) ([0-9a-f]{16})" + FIGURES)
ROUTE_BUILD = re.compile(r"^# (rte_\S+)(?: DIR24_8 (\dB))?: built in ([\d.]+) s .*?, ([\d.]+) MiB")

Rate = collections.namedtuple("Rate", "median fastest share")


class Theirs:
    """One process of theirs: rates by (input, table, algorithm), tables' build and size, checksums by input."""

    def __init__(self, path):
        self.rates, self.builds, self.checksums = {}, {}, collections.defaultdict(set)
        for line in path.read_text().splitlines():
            self._read(line)

    def _read(self, line):
        if match := ACL_RATE.match(line):
            self.rates["", f"max_size {match[1]} MiB", match[2]] = Rate(*map(float, match.groups()[2:]))
        elif match := ACL_BUILD.match(line):
            self.builds[f"max_size {int(match[1]) >> 20} MiB"] = float(match[2]), float(match[3])
        elif match := ACL_CHECKSUM.match(line):
            self.checksums[""].add(match[1])
        elif match := ROUTE_RATE.match(line):
            self.rates[match[3], match[1], match[2]] = Rate(*map(float, match.groups()[4:]))
            self.checksums[match[3]].add(match[4])
        elif match := ROUTE_BUILD.match(line):
            self.builds[" ".join(filter(None, match.groups()[:2]))] = float(match[3]), float(match[4])


def ours(report):
    """Yields (name of the form, input among theirs, result with build and memory) for each rate of a report."""
    *rows, last = report["results"]
    if report["bench"] == "route":
        # The last row tells of the table, the others of look-ups in it.
        for row in rows:
            pattern = row["addresses"].rsplit(".", 1)[1]
            yield f"{row['form']}, {pattern}, {row['batch']}", pattern, last | row | {"size": last["prefixes"]}
    else:
        for row in [*rows, last]:
            asked, engine = row["asked"], row["engine"]
            yield engine if asked == engine else f"{asked}: {engine}", "", row | {"size": row["rules"]}


def compare(name, form, case, mine, dpdk):
    """mine: results of a form by round; dpdk: Theirs by round."""
    variants = [variant for variant in dpdk[0].rates if variant[0] == case]
    medians = {v: statistics.median(each.rates[v].median for each in dpdk) for v in variants}
    best = max(medians, key=medians.get)
    rates = [each.rates[best] for each in dpdk]
    own = [result["lookupsPerSecond"]["median"] / 1e6 for result in mine]
    ratios = [a / b.median for a, b in zip(own, rates, strict=True)]
    fastest = max(result["lookupsPerSecond"]["max"] for result in mine) / 1e6 / max(b.fastest for b in rates)
    checksums = {result["checksum"] for result in mine}.union(*(each.checksums[case] for each in dpdk))
    return {
        "input": name,
        "size": mine[0]["size"],
        "form": form,
        "ours": statistics.median(own),
        "theirs": medians[best],
        "variant": " ".join(best[1:]),
        "ratio": {"min": min(ratios), "median": statistics.median(ratios), "max": max(ratios), "fastest": fastest},
        "oursBuildMs": statistics.median(result["furtherBuildsNs"]["median"] for result in mine) / 1e6,
        "theirsBuildMs": statistics.median(each.builds[best[1]][0] for each in dpdk) * 1e3,
        "oursMiB": mine[0]["memoryBytes"] / 2**20,
        "theirsMiB": dpdk[0].builds[best[1]][1],
        "coreShare": {
            "ours": statistics.median(result.get("coreShare", 0) for result in mine),
            "theirs": statistics.median(b.share for b in rates),
        },
        "equal": len(checksums) == 1,
        "checksums": sorted(checksums),
    }


def markdown(rows):
    lines = [
        "| input | size | ours | M/s | DPDK M/s (variant) | ratio (min to max; fastest) | build ours / theirs, ms "
        "| memory ours / theirs, MiB | core ours / theirs | answers |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for r in rows:
        ratio, core = r["ratio"], r["coreShare"]
        lines.append(
            f"| {r['input']} | {r['size']:,} | {r['form']} | {r['ours']:.1f} | {r['theirs']:.1f} ({r['variant']}) "
            f"| {ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f}; {ratio['fastest']:.2f}) "
            f"| {r['oursBuildMs']:.1f} / {r['theirsBuildMs']:.0f} | {r['oursMiB']:.2f} / {r['theirsMiB']:.2f} "
            f"| {core['ours']:.0%} / {core['theirs']:.0%} "
            f"| {'equal' if r['equal'] else 'DIFFER'} |"
        )
    return "\n".join(lines) + "\n"


def main(folder):
    mine, dpdk = collections.defaultdict(list), collections.defaultdict(list)
    environment = None
    for path in sorted(folder.glob("*.dpdk.txt")):
        name, number = path.name.removesuffix(".dpdk.txt").rsplit(".", 1)
        dpdk[name].append(Theirs(path))
        for file in sorted(folder.glob(f"{name}.{number}.*.json")):
            report = json.loads(file.read_text())
            environment = environment or report["environment"]
            for form, case, result in ours(report):
                mine[name, form, case].append(result)
    rows = [compare(name, form, case, results, dpdk[name]) for (name, form, case), results in mine.items()]
    (folder / "table.json").write_text(json.dumps({"environment": environment, "rows": rows}, indent=1) + "\n")
    (folder / "table.md").write_text(markdown(rows))
    print(markdown(rows), end="")
    return 0 if rows and all(r["equal"] for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
