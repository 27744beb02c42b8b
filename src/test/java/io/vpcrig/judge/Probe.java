package io.vpcrig.judge;

import io.vpcrig.frame.Verdict;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.List;

/** A step's datagram, as it is sent to each side, and what came of it there. */
final class Probe {
  final Step step;
  final Conversation conversation;
  final int token;
  private final int[] segments = new int[2];
  private final byte[][][] sent = new byte[2][][];
  private final List<List<Seen>> seen = List.of(new ArrayList<>(2), new ArrayList<>(2));

  /** vpcrig's verdict and reason; the last fragment's, of several. */
  byte verdict = Verdict.PENDING;

  Reason reason = Reason.HELD;

  Probe(Step step, Conversation conversation, int token) {
    this.step = step;
    this.conversation = conversation;
    this.token = token;
  }

  void send(World world, int segment, byte[]... datagrams) {
    segments[world.ordinal()] = segment;
    sent[world.ordinal()] = datagrams;
  }

  int segment(World world) {
    return segments[world.ordinal()];
  }

  byte[][] sent(World world) {
    return sent[world.ordinal()];
  }

  List<Seen> seen(World world) {
    return seen.get(world.ordinal());
  }

  void decided(byte newVerdict, Reason newReason) {
    if (newVerdict != Verdict.HELD) {
      verdict = newVerdict;
      reason = newReason;
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(step.toString());
    for (World world : World.values()) {
      for (byte[] datagram : sent(world)) {
        text.append("\n      to %-7s by segment %d: ".formatted(world, segment(world)));
        text.append(Datagrams.text(datagram));
      }
      seen(world).forEach(s -> text.append("\n    from %-7s by %s".formatted(world, s)));
    }
    return text.append("\n    vpcrig: %s %s".formatted(Verdict.name(verdict), reason)).toString();
  }
}
