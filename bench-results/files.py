"""Runs the cases of vs-libpcap.sh in turns and makes their table; called by it.

A run is a process from its start to its end: wall time, CPU time of user and kernel, largest resident set.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

root, work, out, rounds, cores, frames = sys.argv[1:]
rounds, frames = int(rounds), int(frames)
vpcrig, loop = f"{root}/vpcrig", f"{work}/libpcap-loop"


def replay(capture, *options):
    return [vpcrig, "replay", f"{work}/vpc.yaml", f"{work}/{capture}.pcap", "-q", *options]


PCAP, PCAPNG = f"{work}/out.pcap", f"{work}/out.pcapng"
PROGRAMS = {
    "libpcap read": ([loop, f"{work}/114.pcap"], frames),
    "replay": (replay("114"), frames),
    "replay, 2 workers": (replay("114", "--workers", "2"), frames),
    "libpcap read + dump": ([loop, f"{work}/114.pcap", PCAP], frames),
    "replay -w OUT.pcap": (replay("114", "-w", PCAP), frames),
    "replay -w OUT.pcap, 2 workers": (replay("114", "-w", PCAP, "--workers", "2"), frames),
    "replay -w OUT.pcapng": (replay("114", "-w", PCAPNG), frames),
    "tcprewrite": (
        ["tcprewrite", "--dstipmap=198.18.0.0/15:10.0.0.0/15", "--fixcsum",
         f"--infile={work}/plain.pcap", f"--outfile={PCAP}"],
        frames // 4,
    ),
    "libpcap read + dump, 1400": ([loop, f"{work}/1400.pcap", PCAP], frames // 12),
    "replay -w OUT.pcap, 1400": (replay("1400", "-w", PCAP), frames // 12),
    "replay -w OUT.pcapng, 1400": (replay("1400", "-w", PCAPNG), frames // 12),
    "start: replay of 1 MB": (replay("small"), 7600),
}

# Ours, theirs, what is asked of the ratio of their rates.
COMPARED = [
    ("replay", "libpcap read", 1.0),
    ("replay, 2 workers", "libpcap read", 1.0),
    ("replay, 2 workers", "replay", 1.7),
    ("replay -w OUT.pcap", "libpcap read + dump", 1.5),
    ("replay -w OUT.pcap, 2 workers", "libpcap read + dump", 1.5),
    ("replay -w OUT.pcapng", "libpcap read + dump", 1.5),
    ("replay -w OUT.pcap", "tcprewrite", 4.0),
    ("replay -w OUT.pcap, 1400", "libpcap read + dump, 1400", 1.1),
    ("replay -w OUT.pcapng, 1400", "libpcap read + dump, 1400", 1.1),
]


def run(name):
    command, count = PROGRAMS[name]
    for file in (PCAP, PCAPNG):
        if os.path.exists(file):
            os.remove(file)
    begin = time.monotonic()
    process = subprocess.Popen(["taskset", "-c", cores, *command], stdout=subprocess.PIPE)
    text = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{name} ended with {process.returncode}: {' '.join(command)}")
    if "replay" in name and f"{count:,} forwarded" not in text:
        sys.exit(f"{name} did not forward all: {text}")
    return {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "kernel": usage.ru_stime,
        "mib": usage.ru_maxrss / 1024,
    }


def spread(values, form="{:.2f}"):
    return " / ".join(form.format(v) for v in (min(values), statistics.median(values), max(values)))


def table(runs, load):
    lines = [
        f"{rounds} rounds, each program once a round, on cores {cores}; load average of the machine {load}.",
        "Least / median / most.",
        "",
        "| program | wall, s | CPU, s | of it kernel, s | M frames/s of wall | largest resident, MiB |",
        "|---|---|---|---|---|---|",
    ]
    for name, all_runs in runs.items():
        count = PROGRAMS[name][1]
        lines.append(
            f"| {name} | {spread([r['wall'] for r in all_runs])} | {spread([r['cpu'] for r in all_runs])}"
            f" | {spread([r['kernel'] for r in all_runs])}"
            f" | {spread([count / r['wall'] / 1e6 for r in all_runs])}"
            f" | {spread([r['mib'] for r in all_runs], '{:.0f}')} |"
        )
    lines += [
        "",
        "| ours | theirs | ratio of rates, by wall | the same, by CPU | asked |",
        "|---|---|---|---|---|",
    ]
    for ours, theirs, asked in COMPARED:
        if ours not in runs or theirs not in runs:
            continue
        share = PROGRAMS[ours][1] / PROGRAMS[theirs][1]
        ratios = {
            key: [share * t[key] / o[key] for o, t in zip(runs[ours], runs[theirs])] for key in ("wall", "cpu")
        }
        lines.append(f"| {ours} | {theirs} | {spread(ratios['wall'])} | {spread(ratios['cpu'])} | {asked} |")
    return "\n".join(lines) + "\n"


names = [n for n in PROGRAMS if n != "tcprewrite" or shutil.which("tcprewrite")]
results = {name: [] for name in names}
loads = [os.getloadavg()[0]]
for number in range(rounds + 1):
    for name in names:
        measured = run(name)
        if number > 0:
            results[name].append(measured)
    loads.append(os.getloadavg()[0])
commit = subprocess.run(
    ["git", "-C", root, "describe", "--always", "--exclude=*", "--dirty", "--abbrev=12"],
    capture_output=True, text=True,
).stdout.strip()
with open("/proc/cpuinfo") as info:
    model = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), "")
written = table(results, f"{min(loads):.1f} to {max(loads):.1f}")
with open(f"{out}/results.json", "w") as file:
    json.dump(
        {"commit": commit, "cpu": model, "kernel": platform.release(), "cores": cores, "frames": frames,
         "load": loads, "runs": results},
        file, indent=1,
    )
with open(f"{out}/table.md", "w") as file:
    file.write(written)
print(written, end="")
