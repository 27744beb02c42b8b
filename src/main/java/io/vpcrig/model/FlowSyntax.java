package io.vpcrig.model;

import java.util.ArrayDeque;
import java.util.Deque;
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
  private final Deque<String> words = new ArrayDeque<>();

  private FlowSyntax(String text, Optional<Vpc> vpc) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a flow of " + text.length() + " characters, legal up to " + MAX_LENGTH);
    }
    this.vpc = vpc;
    for (String word : text.replace(">", " > ").strip().split("\\s+")) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
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
    boolean ports = hasPorts(flow.protocol());
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
    boolean ports = hasPorts(protocol);
    String source = next("a source address");
    String arrow = next("'>'");
    if (!arrow.equals(">")) {
      throw bad("'" + arrow + "' stands where '>' belongs");
    }
    String destination = next("a destination address");
    int sourceAddress = address(source, ports);
    int destinationAddress = address(destination, ports);
    int sourcePort = ports ? port(source, CLIENT_PORT) : 0;
    int destinationPort = ports ? port(destination, -1) : 0;
    int type = 0;
    int code = 0;
    int id = 0;
    if (protocol == Protocol.ICMP) {
      type = 8;
      Optional<IcmpNames.Message> named = IcmpNames.find(words.isEmpty() ? "" : words.peek());
      if (named.isPresent()) {
        words.remove();
        type = named.get().type();
        code = named.get().code();
      } else if (take("type")) {
        type = number("ICMP type", 255);
        code = take("code") ? number("ICMP code", 255) : 0;
      }
      id = take("id") ? number("ICMP identifier", 65535) : 0;
    }
    Optional<String> via = take("via") ? Optional.of(segment()) : Optional.empty();
    if (!words.isEmpty()) {
      throw bad("'" + words.peek() + "' is not understood here" + hint(protocol));
    }
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
    String word = next("a protocol");
    if (word.equals("proto")) {
      word = next("a protocol number");
    }
    return switch (word) {
      case "tcp" -> Protocol.TCP;
      case "udp" -> Protocol.UDP;
      case "icmp" -> Protocol.ICMP;
      default -> {
        if (!isNumber(word, 255)) {
          throw bad("protocol '" + word + "', legal tcp, udp, icmp or 0..255");
        }
        yield Integer.parseInt(word);
      }
    };
  }

  private int address(String word, boolean ports) {
    int colon = word.indexOf(':');
    if (colon >= 0 && !ports) {
      throw bad("'" + word + "' has a port; only tcp and udp have ports");
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
        throw bad("destination '" + word + "' has no port; write " + word + ":PORT");
      }
      return absent;
    }
    return number("port", word.substring(colon + 1), 65535);
  }

  private String segment() {
    String name = next("a segment");
    if (vpc.isPresent()) {
      List<String> all = vpc.get().segments().stream().map(Segment::name).toList();
      if (!all.contains(name)) {
        throw new IllegalArgumentException(
            "'" + name + "' is no segment of the VPC" + Names.suggest(name, all));
      }
    }
    return name;
  }

  private boolean take(String keyword) {
    if (!words.isEmpty() && words.peek().equals(keyword)) {
      words.remove();
      return true;
    }
    return false;
  }

  private String next(String what) {
    if (words.isEmpty()) {
      throw bad("the flow ends where " + what + " belongs");
    }
    return words.remove();
  }

  private int number(String what, int last) {
    return number(what, next("a number"), last);
  }

  private static int number(String what, String word, int last) {
    if (!isNumber(word, last)) {
      throw new IllegalArgumentException(what + " '" + word + "', legal 0.." + last);
    }
    return Integer.parseInt(word);
  }

  private static boolean isNumber(String word, int last) {
    return !word.isEmpty()
        && word.length() <= 5
        && word.chars().allMatch(c -> c >= '0' && c <= '9')
        && Integer.parseInt(word) <= last;
  }

  private static boolean hasPorts(int protocol) {
    return protocol == Protocol.TCP || protocol == Protocol.UDP;
  }

  private static IllegalArgumentException bad(String problem) {
    return new IllegalArgumentException(problem + SHAPE);
  }
}
