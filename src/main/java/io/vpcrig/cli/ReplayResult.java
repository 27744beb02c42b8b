package io.vpcrig.cli;

import io.vpcrig.engine.Accounting;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import java.util.Comparator;
import java.util.List;

/**
 * All figures of one replay, for whichever form they are shown in.
 *
 * @param bytes octets of the frames read, as captured
 * @param tracking what became of connections
 * @param seconds wall time from the first read to the last write
 * @param digest SHA-256 of the frames sent, hexadecimal; empty if nobody asked for it
 */
record ReplayResult(
    Vpc vpc,
    List<String> captures,
    Accounting counts,
    long bytes,
    List<RuleHits> rules,
    Tracking tracking,
    int generation,
    double seconds,
    String digest,
    String pipeline,
    List<String> damage) {

  /**
   * Counts of connection tracking, by the names of {@code conntrack -S}.
   *
   * @param sessions connections begun
   * @param invalid packets that belonged to none and could begin none
   * @param insertFailed packets whose connection could not be told from another
   * @param drop packets whose connection found the table full
   * @param earlyDrop connections that gave way to others because the table was full
   */
  record Tracking(long sessions, long invalid, long insertFailed, long drop, long earlyDrop) {
    Tracking plus(PacketPath path) {
      return new Tracking(
          sessions + path.sessions().created(),
          invalid + path.tracker().invalid(),
          insertFailed + path.tracker().insertFailed(),
          drop + path.tracker().full(),
          earlyDrop + path.sessions().droppedEarly());
    }
  }

  long sessions() {
    return tracking.sessions();
  }

  /** What one rule decided or let by. */
  record RuleHits(AclList list, AclRule rule, long packets, long bytes) {}

  /** Frames dropped for one reason. */
  record Drops(Reason reason, long packets) {}

  long packets() {
    return counts.packets();
  }

  long forwarded() {
    return counts.verdict(Verdict.FORWARD);
  }

  long dropped() {
    return counts.verdict(Verdict.DROP);
  }

  long switched() {
    return counts.verdict(Verdict.SWITCH);
  }

  long local() {
    return counts.verdict(Verdict.LOCAL);
  }

  long held() {
    return counts.verdict(Verdict.HELD);
  }

  long originated() {
    return counts.verdict(Verdict.ORIGINATED);
  }

  /** Reasons that dropped something, most first. */
  List<Drops> drops() {
    return Reason.drops().stream()
        .map(reason -> new Drops(reason, counts.reason(reason)))
        .filter(drops -> drops.packets() > 0)
        .sorted(Comparator.comparingLong(Drops::packets).reversed())
        .toList();
  }

  List<String> segmentNames() {
    return vpc.segments().stream().map(Segment::name).toList();
  }

  /** The closing line of counts. */
  String closingLine() {
    return "%,d frames: %,d forwarded, %,d dropped, %,d switched, %,d local, %,d held"
        .formatted(packets(), forwarded(), dropped(), switched(), local(), held());
  }
}
