#!/usr/bin/env python3
"""Compiles rules to rows of a ternary memory: PRIORITY VALUE MASK ACTION."""
import ipaddress
import itertools
import sys

NUMBERS = {"any": 0, "icmp": 1, "tcp": 6, "udp": 17}


def prefixes(text):
    networks = [ipaddress.ip_network(each, strict=False) for each in text.split(",")]
    return [(int(each.network_address), int(each.netmask)) for each in networks]


def blocks(text):
    """A range of ports as aligned blocks; an ICMP type with or without a code is one."""
    if text == "any":
        return [(0, 0)]
    if "/" in text:
        kind, code = text.split("/")
        return [(int(kind) << 8 | int(code), 0xFFFF)]
    first, last = (int(text.split("-")[i]) for i in (0, -1))
    found = []
    while first <= last:
        size = first & -first or 0x10000
        while first + size - 1 > last:
            size //= 2
        found.append((first, 0x10000 - size))
        first += size
    return found


print(sys.stdin.readline(), end="")  # default allow|deny
for number, line in enumerate(sys.stdin):
    action, protocol, sources, sports, destinations, dports = line.split()
    value = NUMBERS[protocol] if protocol in NUMBERS else int(protocol)
    icmp = value == 1 and dports != "any" and "/" not in dports
    types = [(int(dports) << 8, 0xFF00)] if icmp else blocks(dports)
    fields = [prefixes(sources), prefixes(destinations), blocks(sports), types]
    for row in itertools.product(*fields, [(value, 0 if protocol == "any" else 0xFF)]):
        key, mask = ("%08x%08x%04x%04x%02x" % tuple(part) for part in zip(*row))
        print(1_000_000 - number, key, mask, action)
