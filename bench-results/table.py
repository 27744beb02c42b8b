"""Reads the raw results that vs-dpdk.sh left in a folder; writes table.md and table.json there.

One row for each set and engine of ours, against the variant of theirs (algorithm, max_size) with the best median
over the rounds. A ratio is taken within a round, ours over theirs, of medians; the row shows the smallest, the
median and the largest, and the ratio of the fastest runs of all rounds, which a busy machine disturbs least. Exit 1
if the checksums of the verdicts differ anywhere.
"""

import collections
import json
import pathlib
import re
import statistics
import sys

RATE = re.compile(r"^(.+?) +([\d.]+) +([\d.]+) +([\d.]+) +Mlookup/s +runs=\S+ share=([\d.]+)")
BUILD = re.compile(r"^# max_size=(\d+) build rc=0 ([\d.]+) s, run-time structures ([\d.]+) MiB")
CHECKSUM = re.compile(r"^# checksum=([0-9a-f]+)")


def theirs(path):
    """Median and largest rate and core share by variant, build by max_size in MiB, and the checksums."""
    rates, builds, checksums = {}, {}, set()
    for line in path.read_text().splitlines():
        if match := RATE.match(line):
            rates[match[1]] = float(match[3]), float(match[4]), float(match[5])
        elif match := BUILD.match(line):
            builds[int(match[1]) >> 20] = float(match[2]), float(match[3])
        elif match := CHECKSUM.match(line):
            checksums.add(match[1])
    return rates, builds, checksums


def row(name, engine, ours, dpdk):
    """ours: results of an engine by round; dpdk: answers of theirs() by round."""
    variants = set.intersection(*(set(rates) for rates, _, _ in dpdk))
    medians = {v: statistics.median(rates[v][0] for rates, _, _ in dpdk) for v in variants}
    best = max(medians, key=lambda v: (medians[v], v))
    mine = [result["lookupsPerSecond"]["median"] / 1e6 for result in ours]
    ratios = [a / rates[best][0] for a, (rates, _, _) in zip(mine, dpdk)]
    fastest = max(r["lookupsPerSecond"]["max"] for r in ours) / 1e6 / max(rates[best][1] for rates, _, _ in dpdk)
    size = int(re.search(r"max_size=(\d+)M", best)[1])
    checksums = {result["checksum"] for result in ours}.union(*(sums for _, _, sums in dpdk))
    return {
        "set": name,
        "rules": ours[0]["rules"],
        "headers": ours[0]["headers"],
        "engine": engine,
        "ours": statistics.median(mine),
        "theirs": medians[best],
        "variant": best.removeprefix("acl ").replace(" batch=256", ""),
        "ratio": {"min": min(ratios), "median": statistics.median(ratios), "max": max(ratios), "fastest": fastest},
        "oursBuildMs": statistics.median(result["furtherBuildsNs"]["median"] for result in ours) / 1e6,
        "theirsBuildMs": statistics.median(builds[size][0] for _, builds, _ in dpdk) * 1e3,
        "oursMiB": ours[0]["memoryBytes"] / 2**20,
        "theirsMiB": dpdk[0][1][size][1],
        "coreShare": {
            "ours": statistics.median(result.get("coreShare", 0) for result in ours),
            "theirs": statistics.median(rates[best][2] for rates, _, _ in dpdk),
        },
        "equal": len(checksums) == 1,
        "checksums": sorted(checksums),
    }


def markdown(rows):
    lines = [
        "| set | rules | engine | ours M/s | rte_acl M/s (variant) | ratio (min to max; fastest) | build ours / theirs, ms "
        "| memory ours / theirs, MiB | core ours / theirs | verdicts |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for r in rows:
        ratio, core = r["ratio"], r["coreShare"]
        lines.append(
            f"| {r['set']} | {r['rules']:,} | {r['engine']} | {r['ours']:.1f} | {r['theirs']:.1f} ({r['variant']}) "
            f"| {ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f}; {ratio['fastest']:.2f}) "
            f"| {r['oursBuildMs']:.1f} / {r['theirsBuildMs']:.0f} | {r['oursMiB']:.2f} / {r['theirsMiB']:.2f} "
            f"| {core['ours']:.0%} / {core['theirs']:.0%} "
            f"| {'equal' if r['equal'] else 'DIFFER'} |"
        )
    return "\n".join(lines) + "\n"


def main(folder):
    ours, dpdk = collections.defaultdict(list), collections.defaultdict(list)
    environment = None
    for path in sorted(folder.glob("*.dpdk.txt")):
        name, number = path.name.removesuffix(".dpdk.txt").rsplit(".", 1)
        dpdk[name].append(theirs(path))
        for report in sorted(folder.glob(f"{name}.{number}.*.json")):
            report = json.loads(report.read_text())
            environment = environment or report["environment"]
            for result in report["results"]:
                asked, engine = result["asked"], result["engine"]
                ours[name, engine if asked == engine else f"{asked}: {engine}"].append(result)
    rows = [row(name, engine, results, dpdk[name]) for (name, engine), results in ours.items()]
    (folder / "table.json").write_text(json.dumps({"environment": environment, "rows": rows}, indent=1) + "\n")
    (folder / "table.md").write_text(markdown(rows))
    print(markdown(rows), end="")
    return 0 if rows and all(r["equal"] for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
