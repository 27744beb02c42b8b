#!/bin/sh
# Compiles rules to the chain FORWARD, as iptables-save writes it.
IFS=,; target() { [ "$1" = allow ] && t=ACCEPT || t=DROP; }
IFS=' ' read -r word default; target "$default"; printf '*filter\n:FORWARD %s [0:0]\n' "$t"
while IFS=' ' read -r action protocol sources sports destinations dports; do
  target "$action"; m=; [ "$protocol" = any ] || m=" -p $protocol"
  [ "$sports" = any ] || m="$m --sport ${sports%-*}:${sports#*-}"
  case $protocol:$dports in *:any) ;; icmp:* | 1:*) m="$m -m icmp --icmp-type $dports" ;;
    *) m="$m --dport ${dports%-*}:${dports#*-}" ;; esac
  for s in $sources; do for d in $destinations; do echo "-A FORWARD -s $s -d $d$m -j $t"; done; done
done; echo COMMIT
