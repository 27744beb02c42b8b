"""Adds results to history.tsv, the project's own figures by commit; prints the rows that are new.

    python3 bench-results/history.py RESULT.json...

Reads what bench --json writes, the table.json of a vs-*.sh, and JMH's own JSON (-rf json) if it is told the commit:
--commit HASH. A row of a commit, machine and figure replaces one that is there. Figures are units a second, or a ratio
where the unit says so; low and high are the 95 % interval, or the least and the most where a result has none.
"""

import json
import pathlib
import sys

COLUMNS = "date commit cpu bench figure unit median low high".split()
TABLE = pathlib.Path(__file__).with_name("history.tsv")
# As in bench/Parameters.java, but for what hardly anybody varies.
NAMES = (
    "set asked askedEditsPerSecond addresses form what variant flows size vnis rules new batch skew rate updateRate "
    "ring burst capacity capture source workers"
).split()


def figures(path, name, node):
    """Yields (figure, unit, median, low, high) of an object with runs, and of those inside it."""
    for key, value in node.items():
        if key.endswith("PerSecond") and isinstance(value, dict) and "runs" in node:
            sure = node.get("confidence95", {"low": value["min"], "high": value["max"]})
            yield " ".join(filter(None, (path, name))), key.removesuffix("PerSecond") + "/s", value["median"], sure[
                "low"
            ], sure["high"]
        elif isinstance(value, dict):
            yield from figures(f"{path} {key}".strip(), name, value)


def bench(report):
    for result in report["results"]:
        name = " ".join(f"{n}={result[n]}" for n in NAMES if n in result)
        yield from figures("", name, result)


def table(report):
    for row in report["rows"]:
        if "case" in row:
            for program in ("sol_vpc", "sol_vpc_touch"):
                if program in row["ratio"]:
                    yield f"{row['case']} to {program}", "ratio", *bounds(row["ratio"][program])
        elif "burst" in row:
            yield f"burst={row['burst']} to rte_ring SP/SC", "ratio", *bounds(row["ratio"])
        else:
            yield f"{row['input']} {row['form']} to DPDK", "ratio", *bounds(row["ratio"])


def bounds(ratio):
    return ratio["median"], ratio["min"], ratio["max"]


def jmh(report):
    for result in report:
        metric = result.get("primaryMetric")
        name = ".".join(result["benchmark"].split(".")[-2:])
        parameters = " ".join(f"{k}={v}" for k, v in result.get("params", {}).items())
        if metric:
            values = metric["scoreUnit"], metric["score"], *metric["scoreConfidence"]
        else:
            values = result["unit"], result["score"], result["score"] - result["error"], result["score"] + result["error"]
        yield f"{name} {parameters}".strip(), *values


def read(path, commit):
    report = json.loads(path.read_text())
    if isinstance(report, list) and report and "bench" in report[0]:
        for each in report:
            yield from rows_of(path, each, commit)
    else:
        yield from rows_of(path, report, commit)


def rows_of(path, report, commit):
    environment = report.get("environment", {}) if isinstance(report, dict) else {}
    if isinstance(report, dict) and "bench" not in report and "rows" not in report:
        commit, report = report["commit"], report["results"]
    if isinstance(report, list):
        kind, found, date = "jmh", jmh(report), path.name[:10]
    elif "bench" in report:
        kind, found, date = report["bench"], bench(report), environment["date"][:10]
    else:
        kind, found, date = "table", table(report), environment["date"][:10]
    commit = environment.get("commit", commit)
    if not commit:
        sys.exit(f"history: {path} does not tell its commit: --commit HASH")
    cpu = environment.get("machine", {}).get("cpu", "-")
    for figure, unit, *values in found:
        yield [date, commit, cpu, kind, figure, unit, *(f"{v:.4g}" if isinstance(v, float) else str(v) for v in values)]


def main(arguments):
    commit = ""
    if arguments[:1] == ["--commit"]:
        commit, arguments = arguments[1], arguments[2:]
    if not arguments:
        sys.exit(__doc__)
    lines = TABLE.read_text().splitlines()[1:] if TABLE.exists() else []
    rows = {tuple(line.split("\t")[1:6]): line.split("\t") for line in lines}
    for path in map(pathlib.Path, arguments):
        for row in read(path, commit):
            if rows.get(tuple(row[1:6])) != row:
                rows[tuple(row[1:6])] = row
                print("\t".join(row))
    text = "\n".join("\t".join(row) for row in [COLUMNS, *sorted(rows.values())])
    TABLE.write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
