package io.vpcrig.config.foreign;

import java.util.Map;
import java.util.OptionalInt;

/** Names of TCP and UDP ports, as Cisco IOS and /etc/services have them. */
final class PortNames {
  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("echo", 7),
          Map.entry("discard", 9),
          Map.entry("daytime", 13),
          Map.entry("chargen", 19),
          Map.entry("ftp-data", 20),
          Map.entry("ftp", 21),
          Map.entry("ssh", 22),
          Map.entry("telnet", 23),
          Map.entry("smtp", 25),
          Map.entry("time", 37),
          Map.entry("nameserver", 42),
          Map.entry("whois", 43),
          Map.entry("tacacs", 49),
          Map.entry("tacacs-ds", 49),
          Map.entry("domain", 53),
          Map.entry("bootps", 67),
          Map.entry("bootpc", 68),
          Map.entry("tftp", 69),
          Map.entry("gopher", 70),
          Map.entry("finger", 79),
          Map.entry("www", 80),
          Map.entry("http", 80),
          Map.entry("hostname", 101),
          Map.entry("pop2", 109),
          Map.entry("pop3", 110),
          Map.entry("sunrpc", 111),
          Map.entry("ident", 113),
          Map.entry("nntp", 119),
          Map.entry("ntp", 123),
          Map.entry("netbios-ns", 137),
          Map.entry("netbios-dgm", 138),
          Map.entry("netbios-ss", 139),
          Map.entry("netbios-ssn", 139),
          Map.entry("imap", 143),
          Map.entry("snmp", 161),
          Map.entry("snmptrap", 162),
          Map.entry("xdmcp", 177),
          Map.entry("bgp", 179),
          Map.entry("irc", 194),
          Map.entry("dnsix", 195),
          Map.entry("mobile-ip", 434),
          Map.entry("https", 443),
          Map.entry("pim-auto-rp", 496),
          Map.entry("isakmp", 500),
          Map.entry("biff", 512),
          Map.entry("exec", 512),
          Map.entry("login", 513),
          Map.entry("who", 513),
          Map.entry("cmd", 514),
          Map.entry("syslog", 514),
          Map.entry("lpd", 515),
          Map.entry("talk", 517),
          Map.entry("rip", 520),
          Map.entry("uucp", 540),
          Map.entry("klogin", 543),
          Map.entry("kshell", 544),
          Map.entry("non500-isakmp", 4500));

  private PortNames() {}

  /** A name, or a number 0..65535. */
  static OptionalInt find(String text) {
    Integer known = NUMBERS.get(text);
    if (known != null) {
      return OptionalInt.of(known);
    }
    boolean legal = text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= 65535;
    return legal ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
  }
}
