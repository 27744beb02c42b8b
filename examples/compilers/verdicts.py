#!/usr/bin/env python3
# Judges headers by rules: to be run with --output verdicts.
import ipaddress, sys
number = {"icmp": "1", "tcp": "6", "udp": "17"}
def inside(address, prefixes):
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(p, strict=False) for p in prefixes.split(","))
def fits(value, ports):  # a port or TYPE/CODE; any, N, N-M, TYPE or TYPE/CODE
    first, _, last = ports.partition("-")
    return ports in ("any", value, value.split("/")[0]) or last and int(first) <= int(value) <= int(last)
rules, headers = ([line.split() for line in part.splitlines()] for part in sys.stdin.read().split("\n\n"))
for protocol, source, sport, destination, dport in headers:
    matching = [action for action, p, sources, sports, destinations, dports in rules[1:]
                if p in ("any", protocol, number.get(protocol)) and inside(source, sources)
                and inside(destination, destinations) and fits(sport, sports) and fits(dport, dports)]
    print((matching or [rules[0][1]])[0])
