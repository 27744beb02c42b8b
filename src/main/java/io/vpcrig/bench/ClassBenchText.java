package io.vpcrig.bench;

import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes rules and headers as ClassBench does; {@code acl} reads them back. */
public final class ClassBenchText {
  private static final int BUFFER = 1 << 16;

  private ClassBenchText() {}

  /** One rule a line; the stream stays open. */
  public static void writeRules(List<MatchRule> rules, OutputStream out) throws IOException {
    var buffer = new BufferedOutputStream(out, BUFFER);
    StringBuilder line = new StringBuilder();
    for (MatchRule rule : rules) {
      line.setLength(0);
      line.append('@').append(rule.source()).append('\t').append(rule.destination()).append('\t');
      append(line, rule.sourcePorts()).append('\t');
      append(line, rule.destinationPorts()).append('\t');
      boolean any = rule.protocol() == Protocol.ALL;
      int protocol = any ? 0 : rule.protocol();
      line.append("0x").append(hex(protocol)).append('/').append(any ? "0x00" : "0xFF");
      buffer.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
    }
    buffer.flush();
  }

  /**
   * One header a line: source, destination, ports, protocol, flags (0), and the rule it was made
   * from where the trace tells; the stream stays open.
   */
  public static void writeHeaders(HeaderTrace headers, OutputStream out) throws IOException {
    var buffer = new BufferedOutputStream(out, BUFFER);
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < headers.size(); i++) {
      line.setLength(0);
      line.append(Integer.toUnsignedLong(headers.source(i))).append('\t');
      line.append(Integer.toUnsignedLong(headers.destination(i))).append('\t');
      line.append(headers.ports(i) >>> 16).append('\t');
      line.append(headers.ports(i) & 0xffff).append('\t');
      line.append(headers.protocol(i)).append("\t0");
      if (headers.madeFrom(i) != HeaderTrace.UNKNOWN) {
        line.append('\t').append(headers.madeFrom(i));
      }
      buffer.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
    }
    buffer.flush();
  }

  private static StringBuilder append(StringBuilder line, PortRange ports) {
    return line.append(ports.first()).append(" : ").append(ports.last());
  }

  private static String hex(int value) {
    return "" + Character.forDigit(value >>> 4, 16) + Character.forDigit(value & 15, 16);
  }
}
