"""Runs the contenders of vs-live-fwd.sh in turns and makes their table; called by it.

A contender forwards between r0 and r1 of the middle namespace; live-load sends to r0 and counts behind r1.
"""

import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import time

root, work, out, rounds, seconds, only, iptables, names = sys.argv[1:]
rounds, only = int(rounds), only.split(",")
SRC, RTR, DST = (f"{names}-{end}" for end in ("src", "rtr", "dst"))
TICK = os.sysconf("SC_CLK_TCK")
WARM_JVM, WARM_C = 12, 1
FLOWS, NEW_FLOWS = 1024, 20_000_000
SIZES = (64, 1400)
RULES = (100, 1000)
NICE = ["nice", "-n", "-15"]


def do(command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed: {done.stderr}")
    return done.stdout


def lay():
    """Three namespaces, always the same and new."""
    for name in (SRC, RTR, DST):
        subprocess.run(["ip", "netns", "del", name], capture_output=True)
        do(["ip", "netns", "add", name])
        do(["ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1"])
    do(["ip", "link", "add", "s0", "netns", SRC, "type", "veth", "peer", "name", "r0", "netns", RTR])
    do(["ip", "link", "add", "r1", "netns", RTR, "type", "veth", "peer", "name", "d0", "netns", DST])
    do(["ip", "-n", RTR, "-batch", "-"],
       "link set r0 address 02:00:0a:01:00:01\nlink set r1 address 02:00:0a:02:00:01\n"
       "link set r0 up\nlink set r1 up\n")
    do(["ip", "-n", SRC, "-batch", "-"], "addr add 10.1.0.2/16 dev s0\nlink set s0 up\n")
    do(["ip", "-n", DST, "-batch", "-"],
       "addr add 10.2.0.2/16 dev d0\nlink set d0 up\nroute add default via 10.2.0.1\n")
    # Without a program at its hook a veth takes frames that were redirected only with this.
    do(["ip", "netns", "exec", RTR, "ethtool", "-K", "r0", "gro", "on"])
    return do(["ip", "-n", DST, "-br", "link", "show", "d0"]).split()[2]


def vpc(rules):
    """Two tiers; a list with rules that see address and protocol match and the port not, before the one that matches."""
    text = ["vpc: {name: bench, cidr: 10.0.0.0/8}",
            "segments: {public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}}",
            "tiers:",
            "  web: {gateway: 10.1.0.1/16, vlan: 101, acl: default_allow}",
            f"  app: {{gateway: 10.2.0.1/16, vlan: 102, acl: {'bench' if rules else 'default_allow'}}}"]
    if rules:
        text += ["acls:", "  bench:"]
        ports = [20000 + i for i in range(rules)] + [9]
        text += [f"    - {{number: {i + 1}, direction: ingress, action: allow, protocol: udp, ports: {port},"
                 " cidr: 10.1.0.0/16}" for i, port in enumerate(ports)]
        text += [f"    - {{number: {len(ports) + 1}, direction: egress, action: allow, protocol: all, cidr: 0.0.0.0/0}}"]
    path = f"{work}/vpc-{rules}.yaml"
    with open(path, "w") as file:
        file.write("\n".join(text) + "\n")
    return path


def chain(rules):
    """The same as the real router has it: established connections first, then the tier's chain."""
    lines = ["*filter", ":INPUT ACCEPT [0:0]", ":FORWARD DROP [0:0]", ":OUTPUT ACCEPT [0:0]", ":ACL_INBOUND_eth2 - [0:0]",
             "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "-A FORWARD -o r1 -j ACL_INBOUND_eth2"]
    lines += [f"-A ACL_INBOUND_eth2 -s 10.1.0.0/16 -p udp -m udp --dport {port} -j ACCEPT"
              for port in [20000 + i for i in range(rules)] + [9]]
    return "\n".join(lines + ["-A ACL_INBOUND_eth2 -j DROP", "COMMIT"]) + "\n"


class Forwarder:
    """A process that forwards, on core 1; stopped at the end."""

    def __init__(self, command, ready):
        self.said = open(f"{work}/said", "w+")
        self.process = subprocess.Popen(NICE + command, stdout=self.said, stderr=subprocess.STDOUT, cwd=f"{work}/peers")
        end = time.monotonic() + 60
        while not ready(self.text()):
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit(f"{' '.join(command)} does not forward: {self.text()}")
            time.sleep(0.1)

    def text(self):
        with open(f"{work}/said") as said:
            return said.read()

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def stop(self):
        self.process.send_signal(signal.SIGINT if "vpcrig" in str(self.process.args) else signal.SIGKILL)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.said.close()


class Kernel:
    """The kernel of the middle namespace."""

    def __init__(self, rules, dmac):
        for key in ("net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.r0.rp_filter=0"):
            do(["ip", "netns", "exec", RTR, "sysctl", "-qw", key])
        do(["ip", "-n", RTR, "-batch", "-"],
           f"addr add 10.1.0.1/16 dev r0\naddr add 10.2.0.1/16 dev r1\nneigh replace 10.2.0.2 lladdr {dmac} dev r1 nud permanent\n")
        do(["ip", "netns", "exec", RTR, f"iptables-{iptables}-restore"], chain(rules))
        do(["ip", "netns", "exec", RTR, "sh", "-c", "echo 2 > /sys/class/net/r0/queues/rx-0/rps_cpus"])

    def cpu(self):
        return 0.0

    def stop(self):
        pass


def live_fwd(api, dmac, *more):
    begun = time.monotonic()
    return Forwarder(
        [f"{work}/peers/live_fwd", "--api", api, "--ns", RTR, "--in", "r0", "--out", "r1", "--dmac", dmac,
         "--secs", "3600", "--cpu", "1", *more],
        lambda said: time.monotonic() > begun + 1,
    )


def vpcrig(driver, rules, *more):
    return Forwarder(
        ["ip", "netns", "exec", RTR, "taskset", "-c", "1", f"{root}/vpcrig", "forward", vpc(rules), "--port", "web=r0",
         "--port", "app=r1", "--driver", driver, *more],
        lambda said: "event=start" in said,
    )


def load(*arguments):
    return do(NICE + ["taskset", "-c", "0", f"{work}/live-load", *map(str, arguments)]).splitlines()


def rates(forwarder, size, flows, first, warm):
    """Four measurements; the best rate, and the CPU of all: the first may meet code that is not compiled yet."""
    load("rate", SRC, "s0", DST, "d0", size, flows, first, 0, 0, warm)
    before = forwarder.cpu()
    lines = [line.split() for line in load("rate", SRC, "s0", DST, "d0", size, flows, first + 2 * flows, seconds, 4)]
    cpu = forwarder.cpu() - before
    arrived = [float(line[0]) for line in lines]
    frames = sum(arrived) * 1e6 * float(seconds)
    if not frames:
        sys.exit("no frame arrived")
    return {"mpps": max(arrived), "all": arrived, "sent": [float(line[1]) for line in lines],
            "ns": cpu * 1e9 / frames, "disturbed": sum(int(line[2]) for line in lines)}


def latencies(forwarder, warm):
    if warm:
        load("rate", SRC, "s0", DST, "d0", 64, FLOWS, 0, 0, 0, warm)
        do(["ip", "-n", SRC, "link", "set", "s0", "xdp", "off"])
        time.sleep(0.3)
    line = load("latency", SRC, "s0", DST, "d0", 64, 3000, 300)[0].split()
    return dict(zip(("least", "p50", "p90", "p99", "most", "lost"), map(float, line)))


RATE = {
    "live_fwd packet": lambda dmac: live_fwd("packet", dmac),
    "vpcrig afpacket": lambda dmac: vpcrig("afpacket", 0),
    "live_fwd xsk": lambda dmac: live_fwd("xsk", dmac),
    "vpcrig afxdp": lambda dmac: vpcrig("afxdp", 0),
}
NEW = {
    (name, rules): start
    for rules in RULES
    for name, start in (
        ("kernel", lambda dmac, rules=rules: Kernel(rules, dmac)),
        ("vpcrig afpacket", lambda dmac, rules=rules: vpcrig("afpacket", rules, "--sessions", "10000000")),
        ("vpcrig afxdp", lambda dmac, rules=rules: vpcrig("afxdp", rules, "--sessions", "10000000")),
    )
}
LATENCY = {
    "live_fwd packet": lambda dmac: live_fwd("packet", dmac),
    "vpcrig afpacket": lambda dmac: vpcrig("afpacket", 0),
    "vpcrig afxdp": lambda dmac: vpcrig("afxdp", 0),
    "live_fwd packet, spinning": lambda dmac: live_fwd("packet", dmac, "--busy"),
    "vpcrig afpacket, spinning": lambda dmac: vpcrig("afpacket", 0, "--busy-poll", "1000000"),
    "live_fwd xsk, spinning": lambda dmac: live_fwd("xsk", dmac),
    "vpcrig afxdp, spinning": lambda dmac: vpcrig("afxdp", 0, "--busy-poll", "1000000"),
}
# Ours, theirs, what is asked: of rates at least, of latencies at most.
RATE_ASKED = [("vpcrig afpacket", "live_fwd packet", 0.9), ("vpcrig afxdp", "live_fwd xsk", 0.9)]
NEW_ASKED = {100: 1.2, 1000: 5.0}
LATENCY_ASKED = [
    ("vpcrig afpacket", "live_fwd packet"),
    ("vpcrig afpacket, spinning", "live_fwd packet, spinning"),
    ("vpcrig afxdp, spinning", "live_fwd xsk, spinning"),
]


def contend(name, start, measure):
    forwarder = start(lay())
    try:
        return measure(forwarder, WARM_JVM if "vpcrig" in name else WARM_C)
    finally:
        forwarder.stop()


def one_round(results):
    if "rate" in only:
        for name, start in RATE.items():
            measured = contend(name, start, lambda f, warm: {
                size: rates(f, size, FLOWS, 0, warm if size == SIZES[0] else 1) for size in SIZES})
            for size in SIZES:
                results["rate"].setdefault(f"{name}|{size}", []).append(measured[size])
    if "new" in only:
        for (name, rules), start in NEW.items():
            measured = contend(name, start, lambda f, warm: rates(f, 64, NEW_FLOWS, 0, warm))
            results["new"].setdefault(f"{name}|{rules}", []).append(measured)
    if "latency" in only:
        for name, start in LATENCY.items():
            results["latency"].setdefault(name, []).append(contend(name, start, latencies))


def spread(values, form="{:.3f}"):
    return " / ".join(form.format(v) for v in (min(values), statistics.median(values), max(values)))


def ratios(ours, theirs, key):
    return spread([o[key] / t[key] for o, t in zip(ours, theirs)], "{:.2f}")


def table(results, loads):
    lines = [f"{rounds} rounds, each once a round; load average {min(loads):.1f} to {max(loads):.1f}. Least / median / most."]
    rate, new, late = results["rate"], results["new"], results["latency"]
    if rate:
        lines += ["", "| forwarder | bytes | M frames/s | CPU of it, ns a frame | sender disturbed, times |", "|---|---|---|---|---|"]
        for key, runs in rate.items():
            name, size = key.split("|")
            lines.append(f"| {name} | {size} | {spread([r['mpps'] for r in runs])} | {spread([r['ns'] for r in runs], '{:.0f}')}"
                         f" | {spread([r['disturbed'] for r in runs], '{:.0f}')} |")
        lines += ["", "| ours | theirs | bytes | ratio of rates | of CPU | asked |", "|---|---|---|---|---|---|"]
        for ours, theirs, asked in RATE_ASKED:
            for size in SIZES:
                a, b = rate[f"{ours}|{size}"], rate[f"{theirs}|{size}"]
                lines.append(f"| {ours} | {theirs} | {size} | {ratios(a, b, 'mpps')} | {ratios(b, a, 'ns')} | >= {asked} |")
    if new:
        lines += ["", "Every frame a new connection, 64 bytes:", "",
                  "| router | rules | M frames/s | ratio to the kernel | asked |", "|---|---|---|---|---|"]
        for key, runs in new.items():
            name, rules = key.split("|")
            mine = name == "kernel"
            lines.append(f"| {name} | {rules} | {spread([r['mpps'] for r in runs])}"
                         f" | {'' if mine else ratios(runs, new[f'kernel|{rules}'], 'mpps')}"
                         f" | {'' if mine else f'>= {NEW_ASKED[int(rules)]}'} |")
    if late:
        lines += ["", "One frame at a time, from send to receive, microseconds:", "",
                  "| forwarder | p50 | p99 | lost |", "|---|---|---|---|"]
        for name, runs in late.items():
            lines.append(f"| {name} | {spread([r['p50'] for r in runs], '{:.1f}')} | {spread([r['p99'] for r in runs], '{:.1f}')}"
                         f" | {spread([r['lost'] for r in runs], '{:.0f}')} |")
        lines += ["", "| ours | theirs | p50 | p99 | asked |", "|---|---|---|---|---|"]
        for ours, theirs in LATENCY_ASKED:
            lines.append(f"| {ours} | {theirs} | {ratios(late[ours], late[theirs], 'p50')} | {ratios(late[ours], late[theirs], 'p99')} | <= 2 |")
    return "\n".join(lines) + "\n"


results = {"rate": {}, "new": {}, "latency": {}}
loads = [os.getloadavg()[0]]
for number in range(rounds):
    one_round(results)
    loads.append(os.getloadavg()[0])
    print(f"round {number + 1} of {rounds}", file=sys.stderr)
commit = subprocess.run(
    ["git", "-C", root, "describe", "--always", "--exclude=*", "--dirty", "--abbrev=12"],
    capture_output=True, text=True,
).stdout.strip()
with open("/proc/cpuinfo") as info:
    model = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), "")
written = table(results, loads)
with open(f"{out}/results.json", "w") as file:
    json.dump({"commit": commit, "cpu": model, "kernel": platform.release(), "seconds": seconds, "iptables": iptables,
               "load": loads, **results}, file, indent=1)
with open(f"{out}/table.md", "w") as file:
    file.write(written)
print(written, end="")
