package io.vpcrig.model;

import java.util.List;
import java.util.Optional;

/**
 * The one way to write a flow, on the command line, in reports and in files:
 *
 * <pre>
 *   tcp  10.10.1.5:40000 &gt; 10.10.2.9:443 [via SEGMENT]
 *   udp  web1:5000 &gt; 203.0.113.11:53             names of hosts, where a VPC is at hand
 *   icmp 10.10.1.5 &gt; 10.10.2.9 [echo-request | type N [code N]] [id N] [via SEGMENT]
 *   47   10.10.1.5 &gt; 10.10.2.9                   any protocol by number, "proto 47" as well
 * </pre>
 *
 * Without a source port it is {@link #CLIENT_PORT}; without a type, ICMP is an echo request;
 * without a code it is 0. Text is at most {@link #MAX_LENGTH} characters.
 */
public final class FlowSyntax {
  /** Source port of a flow that names none. */
  public static final int CLIENT_PORT = 40000;

  /** Longest text that is read. */
  public static final int MAX_LENGTH = 1000;

  private static final String SHAPE =
      "; write it like 'tcp 10.10.1.5:40000 > 10.10.2.9:443 via public' or"
          + " 'icmp 10.10.1.5 > 10.10.2.9 echo-request'";

  private final Optional<Vpc> vpc;
  private final FlowWords words;

  private FlowSyntax(String text, Optional<Vpc> vpc) {
    this.vpc = vpc;
    this.words = new FlowWords(text, vpc, SHAPE);
  }

  /**
   * Reads a flow between addresses.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static Flow parse(String text) {
    return new FlowSyntax(text, Optional.empty()).read();
  }

  /**
   * Reads a flow; hosts may be named, and the segment must be one of the VPC's.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static Flow parse(String text, Vpc vpc) {
    return new FlowSyntax(text, Optional.of(vpc)).read();
  }

  /** Writes a flow so that {@link #parse(String)} reads the same one. */
  public static String print(Flow flow) {
    boolean ports = FlowWords.hasPorts(flow.protocol());
    StringBuilder text = new StringBuilder(64);
    text.append(Protocol.name(flow.protocol())).append(' ');
    text.append(Ipv4Text.format(flow.source()));
    text.append(ports ? ":" + flow.sourcePort() : "");
    text.append(" > ").append(Ipv4Text.format(flow.destination()));
    text.append(ports ? ":" + flow.destinationPort() : "");
    if (flow.protocol() == Protocol.ICMP) {
      text.append(' ').append(IcmpNames.format(flow.icmpType(), flow.icmpCode()));
      text.append(flow.icmpId() == 0 ? "" : " id " + flow.icmpId());
    }
    flow.via().ifPresent(segment -> text.append(" via ").append(segment));
    return text.toString();
  }

  private Flow read() {
    int protocol = protocol();
    boolean ports = FlowWords.hasPorts(protocol);
    String source = words.next("a source address");
    words.arrow();
    String destination = words.next("a destination address");
    int sourceAddress = address(source, ports);
    int destinationAddress = address(destination, ports);
    int sourcePort = ports ? port(source, CLIENT_PORT) : 0;
    int destinationPort = ports ? port(destination, -1) : 0;
    int type = 0;
    int code = 0;
    int id = 0;
    if (protocol == Protocol.ICMP) {
      type = 8;
      Optional<IcmpNames.Message> named = words.message();
      if (named.isPresent()) {
        type = named.get().type();
        code = named.get().code();
      } else if (words.take("type")) {
        type = words.number("ICMP type", 255);
        code = words.take("code") ? words.number("ICMP code", 255) : 0;
      }
      id = words.take("id") ? words.number("ICMP identifier", 65535) : 0;
    }
    Optional<String> via = words.via();
    words.end(hint(protocol));
    return new Flow(
        protocol,
        sourceAddress,
        sourcePort,
        destinationAddress,
        destinationPort,
        type,
        code,
        id,
        via);
  }

  private static String hint(int protocol) {
    return protocol == Protocol.ICMP
        ? Names.suggest("", IcmpNames.ALL.stream().map(IcmpNames.Message::name).toList())
        : "";
  }

  private int protocol() {
    String word = words.next("a protocol");
    return words.protocol(word.equals("proto") ? words.next("a protocol number") : word);
  }

  private int address(String word, boolean ports) {
    int colon = word.indexOf(':');
    if (colon >= 0 && !ports) {
      throw words.bad("'" + word + "' has a port; only tcp and udp have ports");
    }
    String name = colon < 0 ? word : word.substring(0, colon);
    if (vpc.isEmpty() || name.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9')) {
      return Ipv4Text.parse(name);
    }
    List<Host> hosts = vpc.get().hosts();
    for (Host host : hosts) {
      if (host.name().equals(name)) {
        return host.address();
      }
    }
    throw new IllegalArgumentException(
        "'"
            + name
            + "' is neither an IPv4 address nor a host"
            + Names.suggest(name, hosts.stream().map(Host::name).toList()));
  }

  private int port(String word, int absent) {
    int colon = word.indexOf(':');
    if (colon < 0) {
      if (absent < 0) {
        throw words.bad("destination '" + word + "' has no port; write " + word + ":PORT");
      }
      return absent;
    }
    return FlowWords.number("port", word.substring(colon + 1), 65535);
  }
}
