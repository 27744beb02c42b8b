package io.vpcrig.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Filter sets of ClassBench (Taylor and Turner, INFOCOM 2005), one rule a line, first match wins:
 *
 * <pre>
 *   @192.0.2.0/24   198.51.100.7/32   0 : 65535   80 : 80   0x06/0xFF   0x0000/0x0200
 *    source         destination       src ports   dst ports  protocol    flags, optional
 * </pre>
 *
 * Protocol mask 0x00 is any protocol, 0xff that protocol; others are refused. Flags are read over,
 * as every published classifier does. Blank lines and lines beginning with # count as no rule. The
 * format knows no actions: what a rule matches is read as allowed.
 */
public final class ClassBench {
  private final LineScanner scanner;

  private ClassBench(String file) {
    scanner = new LineScanner(file);
  }

  /**
   * Reads to the end of a stream.
   *
   * @param name for messages
   */
  public static List<FilterRule> read(String name, InputStream bytes) throws IOException {
    return new ClassBench(name).read(TextInput.open(bytes));
  }

  /** Appends a rule as a line. */
  public static void append(
      StringBuilder out,
      Cidr source,
      Cidr destination,
      PortRange sourcePorts,
      PortRange destinationPorts,
      int protocol) {
    out.append('@').append(source).append('\t').append(destination).append('\t');
    append(out, sourcePorts).append('\t');
    append(out, destinationPorts).append('\t');
    boolean any = protocol == Protocol.ALL;
    out.append("0x").append(hex(any ? 0 : protocol)).append(any ? "/0x00\n" : "/0xFF\n");
  }

  private static StringBuilder append(StringBuilder line, PortRange ports) {
    return line.append(ports.first()).append(" : ").append(ports.last());
  }

  private static String hex(int value) {
    return "" + Character.forDigit(value >>> 4, 16) + Character.forDigit(value & 15, 16);
  }

  private List<FilterRule> read(BufferedReader reader) throws IOException {
    List<FilterRule> rules = new ArrayList<>();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (scanner.next(line)) {
        rules.add(rule(rules.size()));
      }
    }
    return rules;
  }

  private FilterRule rule(int position) throws MalformedLineException {
    scanner.expect('@', "before the source prefix");
    Cidr source = prefix("source");
    Cidr destination = prefix("destination");
    PortRange sourcePorts = ports("source port");
    PortRange destinationPorts = ports("destination port");
    int protocol = protocol();
    if (!scanner.atEnd()) {
      flags();
    }
    if (!scanner.atEnd()) {
      throw scanner.malformed(scanner.column(), "nothing may follow the flags");
    }
    return new FilterRule(
        source,
        destination,
        sourcePorts,
        destinationPorts,
        protocol,
        Action.ALLOW,
        Integer.toString(position),
        scanner.origin());
  }

  private Cidr prefix(String what) throws MalformedLineException {
    int address = scanner.address(what + " address");
    scanner.expect('/', "after the " + what + " address");
    return new Cidr(address, (int) scanner.decimal(what + " prefix length", 0, 32));
  }

  private PortRange ports(String what) throws MalformedLineException {
    int first = (int) scanner.decimal("first " + what, 0, 65535);
    scanner.expect(':', "between the " + what + "s");
    return new PortRange(first, (int) scanner.decimal("last " + what, first, 65535));
  }

  private int protocol() throws MalformedLineException {
    int value = scanner.hex("protocol", 0xff);
    scanner.expect('/', "after the protocol");
    int column = scanner.column();
    int mask = scanner.hex("protocol mask", 0xff);
    return switch (mask) {
      case 0 -> Protocol.ALL;
      case 0xff -> value;
      default ->
          throw scanner.malformed(
              column, String.format("protocol mask is 0x%02x, legal 0x00 and 0xff", mask));
    };
  }

  private void flags() throws MalformedLineException {
    scanner.hex("flags", 0xffff);
    scanner.expect('/', "after the flags");
    scanner.hex("flags mask", 0xffff);
  }
}
