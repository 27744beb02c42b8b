package io.vpcrig.telemetry;

import java.util.List;

/**
 * What a counter of a {@link CounterFile} counts. Numbers stand in files that other versions read:
 * they are never reused. A counter only grows; a gauge goes both ways.
 */
public enum CounterType {
  HEARTBEAT(1, Kind.GAUGE, "heartbeat", "when counters were last written, ms since 1970"),
  GENERATION(2, Kind.GAUGE, "generation", "generation of the tables that judge frames"),
  LEFT_OUT(3, Kind.GAUGE, "left.out", "counters that there was no room for"),

  FRAMES(10, Kind.COUNTER, "frames", "frames read"),
  BYTES(11, Kind.COUNTER, "bytes", "octets of the frames read, as captured"),
  VERDICTS(12, Kind.COUNTER, "verdicts", "frames by what became of them", "verdict"),
  HELD(13, Kind.GAUGE, "held", "fragments waiting for the rest of their datagram"),
  DROPS(14, Kind.COUNTER, "drops", "frames dropped, by reason", "reason"),

  SEGMENT_IN(20, Kind.COUNTER, "segment.in", "frames forwarded that came by a segment", "segment"),
  SEGMENT_OUT(21, Kind.COUNTER, "segment.out", "frames forwarded that leave by one", "segment"),
  SEGMENT_DROPS(
      22, Kind.COUNTER, "segment.drops", "frames dropped that came by a segment", "segment"),

  RULE_PACKETS(
      30,
      Kind.COUNTER,
      "rule.packets",
      "packets that a rule decided or let by",
      "list",
      "rule",
      "direction",
      "action"),
  RULE_BYTES(
      31,
      Kind.COUNTER,
      "rule.bytes",
      "octets of these packets, IP headers included",
      "list",
      "rule",
      "direction",
      "action"),

  SESSIONS(40, Kind.GAUGE, "sessions", "sessions in the table"),
  SESSIONS_CREATED(41, Kind.COUNTER, "sessions.created", "sessions begun"),
  SESSIONS_ENDED(42, Kind.COUNTER, "sessions.ended", "sessions that ended, by time or otherwise"),
  SESSIONS_EARLY(
      43, Kind.COUNTER, "sessions.early", "live sessions that gave way because the table was full"),
  SESSIONS_REFUSED(
      44, Kind.COUNTER, "sessions.refused", "packets that could begin no session", "cause"),

  STAGE_NS(50, Kind.COUNTER, "stage.ns", "nanoseconds of the batches measured, by stage", "stage"),
  STAGE_FRAMES(51, Kind.COUNTER, "stage.frames", "frames of the batches measured"),

  RING_SIZE(60, Kind.GAUGE, "ring.size", "rounds of frames that go around"),
  RING_WAITING(61, Kind.GAUGE, "ring.waiting", "rounds that wait before a step", "step"),

  PORT_RECEIVED(70, Kind.COUNTER, "port.received", "frames received by a port", "port"),
  PORT_LOST(
      71,
      Kind.COUNTER,
      "port.lost",
      "frames that the kernel dropped before a port took them",
      "port"),
  PORT_CUT(72, Kind.COUNTER, "port.cut", "segments longer than the wire's, cut at a port", "port"),
  PORT_REFUSED(
      73, Kind.COUNTER, "port.refused", "frames whose offloads a port can't complete", "port"),
  PORT_SENT(74, Kind.COUNTER, "port.sent", "frames that a port's interface took", "port"),
  PORT_UNSENT(
      75, Kind.COUNTER, "port.unsent", "frames that a port's interface did not take", "port"),

  FOREIGN(80, Kind.COUNTER, "foreign", "frames on the wire that are for others"),
  UNPORTED(81, Kind.COUNTER, "unported", "frames that would leave by a segment without a port"),
  NEIGHBOURS(82, Kind.GAUGE, "neighbours", "neighbours known or asked for"),
  WAITING_LOST(
      83, Kind.COUNTER, "waiting.lost", "frames given up while they waited for a neighbour");

  /** How values move. */
  public enum Kind {
    COUNTER,
    GAUGE
  }

  private static final CounterType[] BY_NUMBER = new CounterType[128];

  static {
    for (CounterType type : values()) {
      if (BY_NUMBER[type.number] != null) {
        throw new AssertionError("counter number used twice: " + type.number);
      }
      BY_NUMBER[type.number] = type;
    }
  }

  private final int number;
  private final Kind kind;
  private final String dottedName;
  private final String sentence;
  private final List<String> labels;

  CounterType(int number, Kind kind, String dottedName, String sentence, String... labels) {
    this.number = number;
    this.kind = kind;
    this.dottedName = dottedName;
    this.sentence = sentence;
    this.labels = List.of(labels);
  }

  /** Stable number, the type id of Agrona's counter record. */
  public int number() {
    return number;
  }

  public Kind kind() {
    return kind;
  }

  /** Name in tables and files, such as {@code rule.packets}. */
  public String dottedName() {
    return dottedName;
  }

  /** What it counts, as half a sentence. */
  public String sentence() {
    return sentence;
  }

  /** Names of its labels, in the order of their values. */
  public List<String> labels() {
    return labels;
  }

  /** The type of a number; null for one of a newer version. */
  static CounterType of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }
}
