#!/usr/bin/env python3
"""Writes roundrobin.pcap: what comes in to the router while four clients talk to each balancer of vpc.yaml.

It is made and not recorded, since no kernel balances so: the real router has haproxy. Each host answers the connections
that are its turn, and answers whom that balancer shows it as the client. If the router chose otherwise, answers would
belong to no connection, and the golden replay would show them dropped.
"""
import struct
from pathlib import Path

PUBLIC, WEB = 100, 101
ROUTER_MAC = bytes.fromhex("0200cb00710a")
GATEWAY_MAC = bytes.fromhex("020000000001")
ROUTER = "10.10.1.1"
BALANCERS = {"203.0.113.11": False, "203.0.113.12": True}  # address: whether hosts see the client
HOSTS = ["10.10.1.10", "10.10.1.11"]
FIN, SYN, PSH, ACK = 1, 2, 8, 16


def address(text):
    return bytes(int(part) for part in text.split("."))


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(vlan, mac, source, port, destination, to, flags, sequence, acknowledged, data=b""):
    ends = address(source) + address(destination)
    tcp = struct.pack(">HHIIBBHHH", port, to, sequence, acknowledged, 5 << 4, flags, 64240, 0, 0) + data
    right = checksum(ends + struct.pack(">HH", 6, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack(">H", right) + tcp[18:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0) + ends
    ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
    return ROUTER_MAC + mac + struct.pack(">HHH", 0x8100, vlan, 0x0800) + ip + tcp


def conversation(balancer, sees_client, k):
    client, port, host = f"198.51.100.{50 + k}", 40000 + k, HOSTS[k % len(HOSTS)]
    shown = client if sees_client else ROUTER
    host_mac = b"\x02\x00" + address(host)

    def ask(*rest):
        return frame(PUBLIC, GATEWAY_MAC, client, port, balancer, 80, *rest)

    def answer(*rest):
        return frame(WEB, host_mac, host, 8080, shown, port, *rest)

    question, reply = b"GET / HTTP/1.0\r\n\r\n", f"served by {host}\n".encode()
    asked, replied = 1001 + len(question), 5001 + len(reply)
    return [
        ask(SYN, 1000, 0),
        answer(SYN | ACK, 5000, 1001),
        ask(ACK, 1001, 5001),
        ask(PSH | ACK, 1001, 5001, question),
        answer(PSH | ACK, 5001, asked, reply),
        answer(FIN | ACK, replied, asked),
        ask(FIN | ACK, asked, replied + 1),
        answer(ACK, replied + 1, asked + 1),
    ]


def main():
    with open(Path(__file__).parent / "roundrobin.pcap", "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        micros = 0
        for balancer, sees_client in BALANCERS.items():
            for k in range(4):
                for made in conversation(balancer, sees_client, k):
                    micros += 250
                    out.write(struct.pack("<IIII", 1_700_000_000, micros, len(made), len(made)) + made)


main()
