"""Reads the raw results that a vs-*.sh left in a folder; writes table.md and table.json there.

One row for each input and each form of ours, against the variant of theirs (algorithm, max_size, bytes of an entry)
with the best median over the rounds. A ratio is taken within a round, ours over theirs, of medians; the row shows the
smallest, the median and the largest, and the ratio of the fastest runs of all rounds, which a busy machine disturbs
least. Exit 1 if the checksums of the answers differ anywhere.

Of vs-sol.sh: one row for each case, against both programs of theirs; and against the first case of its group, within a
round too.
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


SOL_ROWS = {
    "established": re.compile(r"^index\+session, established, .* Mpps +runs=\S+ share=([\d.]+)"),
    "new": re.compile(r"^index\+session, all new \(both ways\), .* Mpps +runs=\S+ share=([\d.]+)"),
}
SOL_PROGRAMS = ("sol_vpc", "sol_vpc_touch")


def sol_rate(path, row):
    """The rate of a row of theirs; None if this round has no such file."""
    if not path.exists():
        return None
    for line in path.read_text().splitlines():
        if match := SOL_ROWS[row].match(line):
            _, median, fastest = map(float, re.findall(r" ([\d.]+)(?= )", line.split("Mpps")[0])[-3:])
            return Rate(median, fastest, float(match[1]))
    raise ValueError(f"{path}: no row '{row}'")


def ratios(mine, others):
    """Of the medians within each round, and of the fastest runs of all rounds."""
    each = [a.median / b.median for a, b in zip(mine, others, strict=True)]
    fastest = max(a.fastest for a in mine) / max(b.fastest for b in others)
    return {"min": min(each), "median": statistics.median(each), "max": max(each), "fastest": fastest}


def sol_case(folder, name, row, flows, reports, first):
    """reports: results of a case by round; first: rates of the group's first case."""
    results = [report["results"][0] for report in reports]
    rate = [
        Rate(r["framesPerSecond"]["median"] / 1e6, r["framesPerSecond"]["max"] / 1e6, r.get("coreShare", 0))
        for r in results
    ]
    found = {
        "case": name,
        "flows": int(flows),
        "ours": statistics.median(r.median for r in rate),
        "nsPerFrame": statistics.median(r["nsPerFrame"] for r in results),
        "stagesNs": {s: statistics.median(r["stagesNs"][s] for r in results) for s in results[0]["stagesNs"]},
        "bytesPerSession": results[0]["bytesPerSession"],
        "coreShare": {"ours": statistics.median(r.share for r in rate)},
        "ratio": {"first of the group": ratios(rate, first or rate)},
    }
    for program in SOL_PROGRAMS if row != "-" else ():
        group = name.split(":")[0]
        theirs = [sol_rate(folder / f"{group}.{flows}.{n}.{program}.txt", row) for n in range(1, len(reports) + 1)]
        found[program] = statistics.median(r.median for r in theirs)
        found["ratio"][program] = ratios(rate, theirs)
        found["coreShare"][program] = statistics.median(r.share for r in theirs)
    return found, rate


def sol_markdown(rows):
    lines = [
        "| case | flows | M frames/s | ns | sol_vpc M/s | ratio (min to max; fastest) | sol_vpc_touch M/s | ratio "
        "| to the group's first | bytes a session | core ours / theirs |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]

    def ratio(row, of):
        if of not in row["ratio"]:
            return "|"
        r = row["ratio"][of]
        value = f"{r['median']:.2f} ({r['min']:.2f} to {r['max']:.2f}; {r['fastest']:.2f})"
        return f"{row[of]:.1f} | **{value}**" if of in row else value

    for row in rows:
        core = row["coreShare"]
        lines.append(
            f"| {row['case']} | {row['flows']:,} | {row['ours']:.2f} | {row['nsPerFrame']:.1f} | {ratio(row, 'sol_vpc')} "
            f"| {ratio(row, 'sol_vpc_touch')} | {ratio(row, 'first of the group')} | {row['bytesPerSession']:.1f} "
            f"| {core['ours']:.0%}" + (f" / {core['sol_vpc']:.0%} |" if "sol_vpc" in core else " |")
        )
    return "\n".join(lines) + "\n"


def sol(folder):
    rows, firsts = [], {}
    environment = None
    for line in filter(str.strip, (folder / "cases").read_text().splitlines()):
        name, row, flows = line.split()[:3]
        group = name.split(":")[0]
        files = sorted(folder.glob(f"{name}.*.json"), key=lambda file: int(file.name.split(".")[-2]))
        reports = [json.loads(file.read_text()) for file in files]
        environment = environment or reports[0]["environment"]
        found, rate = sol_case(folder, name, row, flows, reports, firsts.get(group))
        firsts.setdefault(group, rate)
        rows.append(found)
    (folder / "table.json").write_text(json.dumps({"environment": environment, "rows": rows}, indent=1) + "\n")
    (folder / "table.md").write_text(sol_markdown(rows))
    print(sol_markdown(rows), end="")
    return 0 if rows else 1


RING_ROW = re.compile(r"^(own spsc|rte_ring SP/SC) burst=(\d+) +[\d.]+ +([\d.]+) +([\d.]+) +Mitem/s +runs=\S+ share=([\d.]+)")


def ring(folder):
    """Ours by (ring, burst) against rte_ring with one producer and one consumer, by round."""
    mine, theirs = collections.defaultdict(list), collections.defaultdict(list)
    environment = None
    for number in range(1, int((folder / "rings").read_text()) + 1):
        report = json.loads((folder / f"ours.{number}.json").read_text())
        environment = environment or report["environment"]
        for r in report["results"]:
            rate = r["descriptorsPerSecond"]
            mine[r["burst"], r["ring"]].append(Rate(rate["median"] / 1e6, rate["max"] / 1e6, r.get("coreShare", 0)))
        for line in (folder / f"theirs.{number}.txt").read_text().splitlines():
            if match := RING_ROW.match(line):
                theirs[int(match[2]), match[1]].append(Rate(*map(float, match.groups()[2:])))
    rows = []
    for burst in sorted({burst for burst, _ in mine}):
        rte = theirs[burst, "rte_ring SP/SC"]
        rows.append(
            {
                "burst": burst,
                "Mps": {name: statistics.median(r.median for r in rates) for (b, name), rates in mine.items() if b == burst}
                | {name: statistics.median(r.median for r in rates) for (b, name), rates in theirs.items() if b == burst},
                "ratio": ratios(mine[burst, "rounds"], rte),
                "coreShare": {
                    "ours": statistics.median(r.share for r in mine[burst, "rounds"]),
                    "theirs": statistics.median(r.share for r in rte),
                },
            }
        )
    names = list(rows[0]["Mps"])
    lines = [
        "| burst | " + " | ".join(f"{name}, M/s" for name in names) + " | rounds / rte_ring (min to max; fastest) | core ours / theirs |",
        "|---" * (len(names) + 3) + "|",
    ]
    for row in rows:
        r, core = row["ratio"], row["coreShare"]
        lines.append(
            f"| {row['burst']} | " + " | ".join(f"{row['Mps'][name]:.1f}" for name in names)
            + f" | {r['median']:.2f} ({r['min']:.2f} to {r['max']:.2f}; {r['fastest']:.2f}) "
            f"| {core['ours']:.0%} / {core['theirs']:.0%} |"
        )
    (folder / "table.json").write_text(json.dumps({"environment": environment, "rows": rows}, indent=1) + "\n")
    (folder / "table.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    return 0


def main(folder):
    if (folder / "cases").exists():
        return sol(folder)
    if (folder / "rings").exists():
        return ring(folder)
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
