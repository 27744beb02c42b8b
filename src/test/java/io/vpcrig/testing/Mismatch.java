package io.vpcrig.testing;

import io.vpcrig.model.Vpc;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.query.Story;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * A packet of which two routers make different things.
 *
 * @param packets all that were sent
 * @param differing index of the one that differs
 * @param reference what the reference makes of it, in words
 * @param other what the other makes of it, in words
 * @param what differs, in words
 */
public record Mismatch(
    Vpc vpc,
    List<Packet> packets,
    int differing,
    String reference,
    String other,
    List<String> what) {
  public Mismatch {
    packets = List.copyOf(packets);
    what = List.copyOf(what);
  }

  static Mismatch of(
      Vpc vpc,
      List<Packet> packets,
      int differing,
      Story reference,
      Outcome other,
      List<String> what) {
    StringBuilder story = new StringBuilder(outcome(reference.outcome()));
    if (reference.portChosen()) {
      story.append("\n  (its port was taken, another was chosen)");
    }
    reference.steps().forEach(step -> story.append("\n  ").append(step));
    return new Mismatch(vpc, packets, differing, story.toString(), outcome(other), what);
  }

  /** The other router did not answer. */
  static Mismatch failed(Vpc vpc, List<Packet> packets, Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return new Mismatch(
        vpc,
        packets,
        packets.size() - 1,
        "not asked",
        trace.toString(),
        List.of("failed: " + failure));
  }

  /** What sort of difference the first one is, without values. */
  String sort() {
    String first = what.getFirst();
    int colon = first.indexOf(':', first.startsWith("failed: ") ? 8 : 0);
    return colon < 0 ? first : first.substring(0, colon);
  }

  /** Everything needed to see it again: VPC file, packets, both outcomes. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("\n--- VPC\n").append(VpcText.of(vpc));
    text.append("\n--- packets, the marked one differs\n");
    long began = packets.getFirst().timeNs();
    for (int k = 0; k < packets.size(); k++) {
      text.append(k == differing ? '>' : ' ').append(line(packets.get(k), began)).append('\n');
    }
    text.append("\n--- reference\n").append(reference);
    text.append("\n\n--- other\n").append(other);
    text.append("\n\n--- differs: ").append(String.join("; ", what)).append('\n');
    return text.toString();
  }

  /** One packet in one line. */
  public static String line(Packet packet, long beganNs) {
    StringBuilder text =
        new StringBuilder("%+13.6f s  ".formatted((packet.timeNs() - beganNs) / 1e9));
    text.append(packet.arp() ? "arp " : "")
        .append(packet.flow())
        .append(" via ")
        .append(packet.in());
    if (packet.flow().protocol() == 6) {
      text.append(" flags 0x").append(Integer.toHexString(packet.tcpFlags()));
    }
    text.append(packet.ttl() == 64 ? "" : " ttl " + packet.ttl());
    packet.about().ifPresent(about -> text.append(" about (").append(about).append(')'));
    return text.toString();
  }

  private static String outcome(Outcome outcome) {
    return "%s %s  list %s rule %s quirk %s  out %s  as %s"
        .formatted(
            outcome.verdict(),
            outcome.reason().dottedName(),
            outcome.list().orElse("-"),
            outcome.rule().isPresent() ? "#" + outcome.rule().getAsInt() : "-",
            outcome.quirk(),
            outcome.out().orElse("-"),
            outcome.rewritten().map(Object::toString).orElse("-"));
  }
}
