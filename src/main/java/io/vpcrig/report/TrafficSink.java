package io.vpcrig.report;

import io.vpcrig.acl.RuleTable;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.telemetry.Reason;
import java.util.Arrays;

/**
 * Gathers what the page of a replay shows and no counter has: frames and bytes over the capture's
 * time, lengths, the largest talkers, a first example of each reason, rule and quirk. Lengths are
 * those of the frames as they were read, so that they add up to the octets of the input. Memory is
 * fixed, and nothing is allocated per frame. Thread: the writer.
 */
public final class TrafficSink implements FrameSink {
  /** Addresses, and conversations, that are counted exactly; beyond see {@link HeavyHitters}. */
  static final int TALKERS = 1 << 15;

  /** First length of each class but the first, as in RMON (RFC 2819 4) up to there. */
  static final int[] CLASSES = {65, 128, 256, 512, 1024, 1519, 2048, 4096, 9001};

  /** Columns of the series: frames by verdict, then their bytes. */
  private static final TimeSeries.Kind[] COLUMNS = new TimeSeries.Kind[2 * Verdict.COUNT];

  static {
    Arrays.fill(COLUMNS, TimeSeries.Kind.SUM);
  }

  final TimeSeries series = new TimeSeries(COLUMNS);
  final long[] classes = new long[CLASSES.length + 1];
  final HeavyHitters hosts = new HeavyHitters(TALKERS);
  final HeavyHitters conversations = new HeavyHitters(TALKERS);
  final Examples reasons = new Examples(Reason.LIMIT);
  final Examples rules;
  final Examples quirks = new Examples(Quirk.values().length);
  final long[] quirkFrames = new long[Quirk.values().length];

  /** Frames whose last word was the default of a list, by list: of ingress, of egress. */
  final long[][] defaults;

  final RuleTable table;
  long firstNs = Long.MAX_VALUE;
  long lastNs = Long.MIN_VALUE;
  int shortest = Integer.MAX_VALUE;
  int longest;

  public TrafficSink(Snapshot snapshot) {
    table = snapshot.acls().rules();
    rules = new Examples(table.ruleCount());
    defaults = new long[table.listCount()][2];
  }

  @Override
  public void write(FrameBatch batch, int i) {
    int verdict = batch.verdict[i];
    long time = Math.max(0, batch.timestampNs[i]);
    int captured = batch.captured[i];
    int place = series.place(time);
    series.add(place, verdict, 1);
    series.add(place, Verdict.COUNT + verdict, captured);
    if (verdict == Verdict.ORIGINATED) {
      return;
    }
    if (i < batch.capacity) {
      firstNs = Math.min(firstNs, time);
      lastNs = Math.max(lastNs, time);
      length(captured);
    } else {
      // A fragment that was held and has its verdict now.
      series.add(place, Verdict.HELD, -1);
      series.add(place, Verdict.COUNT + Verdict.HELD, -captured);
    }
    batch.spread(i);
    reasons.see(batch.reason[i], batch, i);
    decider(batch, i);
    if (verdict != Verdict.HELD && Examples.hasFlow(batch, i)) {
      talk(batch, i, Math.max(1, captured));
    }
  }

  private void length(int captured) {
    shortest = Math.min(shortest, captured);
    longest = Math.max(longest, captured);
    int kind = 0;
    while (kind < CLASSES.length && captured >= CLASSES[kind]) {
      kind++;
    }
    classes[kind]++;
  }

  private void decider(FrameBatch batch, int i) {
    if (batch.rule[i] >= 0) {
      rules.see(batch.rule[i], batch, i);
    } else if (batch.list[i] >= 0) {
      defaults[batch.list[i]][batch.verdict[i] == Verdict.DROP ? 0 : 1]++;
    }
    int quirk = batch.quirk[i];
    if (quirk != 0) {
      quirks.see(quirk, batch, i);
      quirkFrames[quirk]++;
    }
  }

  private void talk(FrameBatch batch, int i, int length) {
    int source = batch.sourceAddress[i];
    int destination = batch.destinationAddress[i];
    hosts.add(source & 0xffff_ffffL, 0, 0, length);
    hosts.add(destination & 0xffff_ffffL, 0, 1, length);
    int protocol = batch.protocol[i];
    int ports = ports(protocol, batch.ports[i]);
    boolean reply = batch.direction[i] == 1 && batch.verdict[i] == Verdict.FORWARD;
    if (reply && batch.reason[i] == Reason.ESTABLISHED.number()) {
      // The names that the first packet used are those the reply leaves with, the other way round.
      int sent = ports(protocol, batch.newPorts[i]);
      int back = protocol == Protocol.ICMP ? sent : Integer.rotateLeft(sent, 16);
      conversations.add(
          pair(batch.newDestination[i], batch.newSource[i]), more(protocol, back), 1, length);
    } else {
      conversations.add(pair(source, destination), more(protocol, ports), 0, length);
    }
  }

  /** Of ICMP the identifier alone: types differ by direction. */
  private static int ports(int protocol, int ports) {
    return protocol == Protocol.ICMP ? ports & 0xffff_0000 : ports;
  }

  private static long pair(int source, int destination) {
    return (long) source << 32 | destination & 0xffff_ffffL;
  }

  private static long more(int protocol, int ports) {
    return (long) protocol << 32 | ports & 0xffff_ffffL;
  }

  @Override
  public void close() {}
}
