package io.vpcrig.bench;

import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.model.ClassBench;
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
      ClassBench.append(
          line,
          rule.source(),
          rule.destination(),
          rule.sourcePorts(),
          rule.destinationPorts(),
          rule.protocol());
      buffer.write(line.toString().getBytes(StandardCharsets.US_ASCII));
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
}
