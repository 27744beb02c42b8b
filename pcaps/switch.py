"""The switch between the router and the hosts of record.sh, and the tap of its trunk to the router.

usage: switch.py [--mirror] TO_ROUTER.pcap FROM_ROUTER.pcap PORT=VLAN...
       (VLAN 0: untagged; ports named r... are the router's)

Every port is an access port; frames are flooded inside their VLAN. What passes between a VLAN and the router is written
with that VLAN's 802.1Q tag, as it stands on a trunk: frames to the router's own MACs and to groups, with --mirror also
those between the hosts. (A program, since not every kernel has 8021q.) Ends at SIGTERM.
"""
import select, signal, socket, struct, sys, time

PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)  # nanoseconds, Ethernet


def main():
    running = [True]
    signal.signal(signal.SIGTERM, lambda *_: running.clear())
    arguments = sys.argv[1:]
    mirror = arguments[0] == "--mirror"
    if mirror:
        del arguments[0]
    ports = {}
    router_macs = set()  # learnt: nobody can send to the router before it has spoken
    for argument in arguments[2:]:
        name, vlan = argument.split("=")
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        s.bind((name, 3))
        ports[s.fileno()] = (s, name, int(vlan))
    poll = select.poll()
    for fd in ports:
        poll.register(fd, select.POLLIN)
    # Their coming into being tells record.sh that the switch is ready.
    taps = {True: open(arguments[0], "wb"), False: open(arguments[1], "wb")}
    for tap in taps.values():
        tap.write(PCAP_HEADER)
    while running:
        for fd, _ in poll.poll(100):
            s, name, vlan = ports[fd]
            frame, address = s.recvfrom(65536)
            if address[2] == socket.PACKET_OUTGOING:
                continue
            now = time.time_ns()
            from_router = name.startswith("r")
            reached_router = False
            for other, other_name, other_vlan in ports.values():
                if other is not s and other_vlan == vlan:
                    other.send(frame)
                    reached_router |= other_name.startswith("r")
            if from_router:
                router_macs.add(frame[6:12])
            for_router = mirror or frame[0] & 1 or frame[:6] in router_macs
            if from_router or reached_router and for_router:
                tagged = frame if vlan == 0 else frame[:12] + struct.pack(">HH", 0x8100, vlan) + frame[12:]
                header = struct.pack("<IIII", now // 10**9, now % 10**9, len(tagged), len(tagged))
                taps[not from_router].write(header + tagged)
    for tap in taps.values():
        tap.close()


main()
