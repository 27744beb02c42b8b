#!/usr/bin/env bash
# Records the shipped captures anew: real hosts in network namespaces around a Linux router whose iptables rules are
# those of a CloudStack virtual router for vpc.yaml. For each case NAME:
#   NAME.pcap          what came in to the router; the input of the golden replay
#   NAME.kernel.pcap   what the Linux router sent out; the judge of what vpcrig sends
# Needs root, iproute2, iptables, tcpdump, ethtool, python3, socat, ping, traceroute. Nothing leaves the namespaces, all of which
# are removed at the end. Usage: pcaps/record.sh [CASE...]
set -euo pipefail
cd "$(dirname "$0")"
P=vpcrig-rec
NAMESPACES="sw r web1 web2 app1 db1 out dc"
ns() { local n=$1; shift; ip netns exec "$P-$n" "$@"; }

cleanup() {
  for n in $NAMESPACES; do
    ip netns pids "$P-$n" 2>/dev/null | xargs -r kill 2>/dev/null || true
    ip netns del "$P-$n" 2>/dev/null || true
  done
}
trap cleanup EXIT
cleanup

# --- the wires: one switch, one plain cable to each host and to the router ---------------------------------------------
for n in $NAMESPACES; do
  ip netns add "$P-$n"
  ns "$n" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  ns "$n" ip link set lo up
done
# cable PORT NAMESPACE INTERFACE [MAC]: PORT is its end at the switch
cable() {
  ip link add "$3" netns "$P-$2" ${4:+address "$4"} type veth peer name "$1" netns "$P-sw"
  # Without offloads the checksums on the wire are complete and no frame is longer than the MTU.
  ns "$2" ethtool -K "$3" tx off rx off gso off gro off tso off >/dev/null
  ns sw ip link set "$1" mtu 1600 promisc on up
  ns "$2" ip link set "$3" mtu 1600 up
}

mac() { printf '02:00:%02x:%02x:%02x:%02x' ${1//./ }; }

# vxlan NAMESPACE VNI UNDERLAY ADDRESS/LEN REMOTE... : an interface t0 (or tVNI on the router) in a VXLAN tier
vxlan() {
  local n=$1 vni=$2 underlay=$3 address=$4 name=t$2; shift 4
  ns "$n" ip addr replace "$underlay/24" dev u0
  ns "$n" ip link add "$name" address "$(mac "${address%/*}")" type vxlan id "$vni" local "$underlay" dev u0 dstport 4789
  ns "$n" ethtool -K "$name" tx off rx off gso off gro off tso off >/dev/null
  for remote; do ns "$n" bridge fdb append 00:00:00:00:00:00 dev "$name" dst "$remote"; done
  ns "$n" ip link set "$name" mtu 1500 up
  ns "$n" ip addr add "$address" dev "$name"
}
# access NAMESPACE ID ADDRESS/LEN: an interface vID whose port at the switch is in VLAN ID
access() {
  cable "$1-v$2" "$1" "v$2" "$(mac "${3%/*}")"
  ns "$1" ip link set "v$2" mtu 1500
  ns "$1" ip addr add "$3" dev "v$2"
}

underlay() { cable "$1-u0" "$1" u0 "$(mac "$2")"; }
underlay r 192.0.2.1
underlay web1 192.0.2.11
underlay web2 192.0.2.12
underlay db1 192.0.2.31
vxlan r 5001 192.0.2.1 10.10.1.1/24 192.0.2.11 192.0.2.12
vxlan r 5003 192.0.2.1 10.10.3.1/24 192.0.2.31
vxlan web1 5001 192.0.2.11 10.10.1.10/24 192.0.2.1 192.0.2.12
vxlan web2 5001 192.0.2.12 10.10.1.11/24 192.0.2.1 192.0.2.11
vxlan db1 5003 192.0.2.31 10.10.3.10/24 192.0.2.1
access r 102 10.10.2.1/24
access app1 102 10.10.2.10/24
access r 100 203.0.113.10/24
for a in 11 12; do ns r ip addr add "203.0.113.$a/24" dev v100; done
access out 100 203.0.113.1/24
ns out ip addr add 198.51.100.50/32 dev lo
access r 300 192.168.50.2/24
access dc 300 192.168.50.1/24
ns dc ip addr add 172.20.0.5/32 dev lo
ns r ip route add default via 203.0.113.1
ns r ip route add 172.20.0.0/16 via 192.168.50.1
ns web1 ip route add default via 10.10.1.1
ns web2 ip route add default via 10.10.1.1
ns app1 ip route add default via 10.10.2.1
ns db1 ip route add default via 10.10.3.1
ns dc ip route add 10.10.0.0/16 via 192.168.50.2 src 192.168.50.1
ns out ip route add 10.10.0.0/16 via 203.0.113.10

# --- the router: what a CloudStack virtual router writes for vpc.yaml ------------------------------------------------------
ns r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
  net.ipv4.conf.all.send_redirects=0 net.ipv4.icmp_ratelimit=0
for i in t5001 t5003 v102 v100 v300; do
  ns r sysctl -qw "net.ipv4.conf.$i.rp_filter=0" "net.ipv4.conf.$i.send_redirects=0"
done
ns r iptables-restore <<'RULES'
*mangle
:OUT_web - [0:0]
:OUT_app - [0:0]
:OUT_dc - [0:0]
-A PREROUTING -i t5001 -s 10.10.1.0/24 ! -d 10.10.1.1/32 -m conntrack --ctstate NEW -j OUT_web
-A PREROUTING -i v102 -s 10.10.2.0/24 ! -d 10.10.2.1/32 -m conntrack --ctstate NEW -j OUT_app
-A PREROUTING -i v300 -s 192.168.50.0/24 -m conntrack --ctstate NEW -j OUT_dc
-A PREROUTING -i v300 -s 172.20.0.0/16 -m conntrack --ctstate NEW -j OUT_dc
-A OUT_web -d 10.10.3.0/24 -j DROP
-A OUT_dc -d 10.10.0.0/16 -p tcp --dport 22 -j DROP
COMMIT
*nat
-A PREROUTING -d 203.0.113.12/32 -j DNAT --to-destination 10.10.1.11
-A PREROUTING -d 203.0.113.11/32 -p tcp --dport 8443 -j DNAT --to-destination 10.10.1.10:443
-A PREROUTING -d 203.0.113.11/32 -p udp --dport 5005 -j DNAT --to-destination 10.10.1.10:5005
-A POSTROUTING -s 10.10.1.11/32 -o v100 -j SNAT --to-source 203.0.113.12
-A POSTROUTING -s 10.10.1.0/24 -o t5001 -m conntrack --ctstate DNAT -j SNAT --to-source 10.10.1.1
-A POSTROUTING -o v100 -j SNAT --to-source 203.0.113.10
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:IN_web - [0:0]
:IN_app - [0:0]
:IN_db - [0:0]
:IN_dc - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p icmp -j ACCEPT
-A INPUT -i u0 -p udp --dport 4789 -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 10.10.1.0/24 -i t5001 -p udp --dport 53 -j ACCEPT
-A INPUT -s 10.10.1.0/24 -i t5001 -p tcp -m multiport --dports 53,80,443,8080 -j ACCEPT
-A INPUT -s 10.10.2.0/24 -i v102 -p udp --dport 53 -j ACCEPT
-A INPUT -s 10.10.2.0/24 -i v102 -p tcp -m multiport --dports 53,80,443,8080 -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.10.0.0/16 -o v300 -j IN_dc
-A FORWARD -s 10.10.0.0/16 ! -d 10.10.0.0/16 -j ACCEPT
-A FORWARD -d 10.10.1.0/24 -o t5001 -j IN_web
-A FORWARD -d 10.10.2.0/24 -o v102 -j IN_app
-A FORWARD -d 10.10.3.0/24 -o t5003 -j IN_db
-A IN_web -p tcp --dport 443 -j ACCEPT
-A IN_web -s 10.10.0.0/16 -p icmp --icmp-type 8/0 -j ACCEPT
-A IN_web -p udp --dport 5000:5010 -j ACCEPT
-A IN_web -j DROP
-A IN_app -s 10.10.1.0/24 -p tcp --dport 8080 -j ACCEPT
-A IN_app -p tcp --dport 22:23 -j DROP
-A IN_app -s 10.10.0.0/16 -p udp --dport 6000 -j ACCEPT
-A IN_app -s 192.168.50.0/24 -p tcp --dport 9000 -j ACCEPT
-A IN_app -j DROP
-A IN_db -j DROP
-A IN_dc -s 10.10.2.0/24 -j ACCEPT
-A IN_dc -j DROP
COMMIT
RULES

# --- servers on the hosts --------------------------------------------------------------------------------------------------
serve_tcp() { ns "$1" socat "TCP-LISTEN:$2,fork,reuseaddr" SYSTEM:'head -n 1; echo served; sleep 0.1' 2>/dev/null & }
serve_udp() { ns "$1" socat -b 8192 "UDP-RECVFROM:$2,fork${3:+,bind=$3}" EXEC:cat 2>/dev/null & }
serve_tcp web1 443
serve_tcp web2 443
serve_tcp app1 8080
serve_tcp app1 9000
serve_tcp app1 22
serve_tcp db1 5432
serve_tcp out 80
serve_tcp dc 9100
serve_udp web1 5000
serve_udp app1 6000
serve_udp out 7 198.51.100.50
sleep 1.5

# ask HOST tcp|udp ADDRESS PORT [SOURCE-ADDRESS]
ask() {
  local bind=${5:+,bind=$5}
  echo "hello from $1" | ns "$1" timeout 2.5 socat -T 1 - "${2^^}:$3:$4${bind:-}" 2>/dev/null >&2 || true
}

# --- the cases: one behaviour each -------------------------------------------------------------------------------------------
case_tier_to_tier() { ask web1 tcp 10.10.2.10 8080; }
case_denied_by_rule() { ask web1 tcp 10.10.2.10 22; ask web2 tcp 10.10.2.10 23; }
case_egress_denied() { ask web1 tcp 10.10.3.10 5432; }
case_no_list() { ask app1 tcp 10.10.3.10 5432; ask db1 udp 10.10.2.10 6000; }
case_port_forward() { ask out tcp 203.0.113.11 8443 198.51.100.50; ask out tcp 203.0.113.11 8444 198.51.100.50; }
case_source_nat() { ask web1 tcp 198.51.100.50 80; ask app1 udp 198.51.100.50 7; ns app1 ping -q -c 2 -i 0.2 198.51.100.50 >/dev/null; }
case_static_nat() { ask web2 tcp 198.51.100.50 80; ask out tcp 203.0.113.12 443 198.51.100.50; }
case_public_neighbour() { ask out tcp 203.0.113.11 8443; ask out tcp 203.0.113.12 443; ask web2 tcp 203.0.113.1 80; ask out udp 203.0.113.10 7; }
case_hairpin() { ask web2 tcp 203.0.113.11 8443; ask app1 tcp 203.0.113.11 8443; ask web1 tcp 203.0.113.11 8443; }
case_router_itself() {
  ns web1 ping -q -c 2 -i 0.2 10.10.1.1 >/dev/null
  ns out ping -q -c 1 203.0.113.10 >/dev/null
  ns web1 ping -q -c 1 -s 3000 10.10.1.1 >/dev/null
  ask web1 tcp 10.10.1.1 80
  ask out tcp 203.0.113.10 80
}
case_traceroute() { ns web1 traceroute -n -q 1 -w 1 -N 1 -m 3 198.51.100.50 >/dev/null; }
case_ttl_and_nat() {
  ns out ping -q -c 1 -t 1 -W 0.3 -I 198.51.100.50 203.0.113.12 >/dev/null || true
  ns out traceroute -n -q 1 -w 0.5 -N 1 -m 2 -s 198.51.100.50 -U -p 5005 203.0.113.11 >/dev/null || true
  ns web2 ping -q -c 1 -t 1 -W 0.3 203.0.113.11 >/dev/null || true
  ns out sysctl -qw net.ipv4.ip_default_ttl=1
  ask app1 udp 198.51.100.50 7
  ns out sysctl -qw net.ipv4.ip_default_ttl=64
}
case_ping() {
  ns app1 ping -q -c 2 -i 0.2 10.10.1.10 >/dev/null
  ns web1 ping -q -c 1 -W 0.3 10.10.2.10 >/dev/null || true
  ns out ping -q -c 1 -W 0.3 -I 198.51.100.50 203.0.113.12 >/dev/null || true
}
case_icmp_errors() { ask out udp 203.0.113.11 5005 198.51.100.50; ask web1 udp 198.51.100.50 5999; }
case_fragments() {
  head -c 3000 /dev/zero | tr '\0' v | ns web1 socat -b 8192 -T 1 - UDP:10.10.2.10:6000 >/dev/null || true
  ns app1 ping -q -c 1 -s 4000 198.51.100.50 >/dev/null
}
case_private_gateway() { ask app1 tcp 192.168.50.1 9100; ask web1 tcp 192.168.50.1 9100; ask dc tcp 10.10.2.10 9000; ask dc tcp 10.10.2.10 22; ask app1 tcp 172.20.0.5 9100; }
case_switched() { ns web1 ping -q -c 1 10.10.1.11 >/dev/null; }

record() {
  local name=$1 mirror=()
  rm -f "$name.pcap.new" "$name.kernel.pcap.new"
  # Frames between two hosts of a tier reach the router's port only where that is a mirror.
  [ "$name" != switched ] || mirror=(--mirror)
  for n in r web1 web2 app1 db1 out dc; do ns "$n" ip neigh flush all; done
  ns r conntrack -F 2>/dev/null || true
  ip netns exec "$P-sw" python3 switch.py ${mirror[@]+"${mirror[@]}"} "$name.pcap.new" "$name.kernel.pcap.new" r-u0=0 web1-u0=0 web2-u0=0 db1-u0=0 \
    r-v102=102 app1-v102=102 r-v100=100 out-v100=100 r-v300=300 dc-v300=300 & local switch=$!
  until [ -e "$name.kernel.pcap.new" ]; do sleep 0.1; done
  "case_${name//-/_}"
  sleep 0.4
  kill "$switch"
  wait "$switch" || true
  mv "$name.pcap.new" "$name.pcap"
  mv "$name.kernel.pcap.new" "$name.kernel.pcap"
  echo "$name: $(tcpdump -r "$name.pcap" 2>/dev/null | wc -l) frames in, $(tcpdump -r "$name.kernel.pcap" 2>/dev/null | wc -l) out"
}

cases=$(declare -F | sed -n 's/^declare -f case_//p' | tr _ -)
for name in ${*:-$cases}; do record "$name"; done

# The demonstration of the README: all of it in one capture, told apart by time.
if command -v mergecap >/dev/null; then
  mergecap -F pcap -w demo.pcap $(for name in $cases; do echo "$name.pcap"; done)
fi
