package io.vpcrig.acl;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.TextInput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * as every published classifier does. Blank lines and lines beginning with # count as no rule.
 */
public final class ClassBenchRules {
  private final LineScanner scanner;

  private ClassBenchRules(String file) {
    scanner = new LineScanner(file);
  }

  /** Reads a file, compressed by gzip or not. */
  public static RuleSet read(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return read(file.toString(), bytes);
    }
  }

  /**
   * Reads to the end of a stream.
   *
   * @param name for messages
   */
  public static RuleSet read(String name, InputStream bytes) throws IOException {
    return new ClassBenchRules(name).read(TextInput.open(bytes));
  }

  private RuleSet read(BufferedReader reader) throws IOException {
    List<MatchRule> rules = new ArrayList<>();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (scanner.next(line)) {
        rules.add(rule(rules.size()));
      }
    }
    return RuleSet.of(rules);
  }

  private MatchRule rule(int id) throws MalformedLineException {
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
    return new MatchRule(
        source, destination, sourcePorts, destinationPorts, protocol, id, Quirk.NONE);
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
