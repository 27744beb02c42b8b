package io.vpcrig.query.capture;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which frames of a capture get another verdict from one VPC than from another, or from one rule
 * list than from another; gathered by what decided before and after. One thread.
 *
 * <p>Each VPC has its own data path and its own sessions, so that a connection whose first packet
 * is dropped by one of them does not exist there.
 */
public final class CaptureDiff implements AutoCloseable {
  private static final int BATCH = 256;

  /** How a frame changes. */
  public enum Kind {
    NEWLY_ALLOWED("newly allowed"),
    NEWLY_DENIED("newly denied"),
    /** Let through by both, but to somewhere else, or by another way. */
    OTHERWISE("let through otherwise");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** For people. */
    public String label() {
      return label;
    }
  }

  /** A frame that changes. */
  public record Example(long frame, String flow) {}

  /** Frames that change in one way. */
  public static final class Group {
    private final Kind kind;
    private final Ruling before;
    private final Ruling after;
    private final List<Example> examples = new ArrayList<>();
    private long frames;
    private long bytes;

    private Group(Kind kind, Ruling before, Ruling after) {
      this.kind = kind;
      this.before = before;
      this.after = after;
    }

    public Kind kind() {
      return kind;
    }

    public Ruling before() {
      return before;
    }

    public Ruling after() {
      return after;
    }

    /** The first of its frames. */
    public List<Example> examples() {
      return List.copyOf(examples);
    }

    public long frames() {
      return frames;
    }

    /** Octets of the frames, as captured. */
    public long bytes() {
      return bytes;
    }
  }

  private record Key(Kind kind, Ruling before, Ruling after) {}

  /** A frame that not both have judged yet. */
  private static final class Pending {
    private final int length;
    private Judged before;
    private Judged after;
    private ChangedFrames.Kept kept;

    Pending(int length) {
      this.length = length;
    }
  }

  private final FrameJudge before;
  private final FrameJudge after;
  private final int mostExamples;
  private final Optional<ChangedFrames> changed;
  private final Map<Long, Pending> pending = new LinkedHashMap<>();
  private final Map<Key, Group> groups = new LinkedHashMap<>();
  private long frames;
  private long same;
  private long unjudged;

  private CaptureDiff(
      FrameJudge before, FrameJudge after, int mostExamples, Optional<ChangedFrames> changed) {
    this.before = before;
    this.after = after;
    this.mostExamples = mostExamples;
    this.changed = changed;
  }

  /**
   * Of two VPCs.
   *
   * @param untagged segment that untagged frames come by; empty: by their source
   * @param repair whether wrong checksums are repaired
   * @param mostExamples of each group
   * @param changed where frames that change are written to; its owner closes it
   * @throws IllegalArgumentException if {@code untagged} is no segment of one of them
   */
  public static CaptureDiff of(
      Vpc before,
      Vpc after,
      Optional<String> untagged,
      boolean repair,
      int mostExamples,
      Optional<ChangedFrames> changed) {
    VpcJudge one = new VpcJudge(before, untagged, repair, BATCH);
    try {
      return new CaptureDiff(
          one, new VpcJudge(after, untagged, repair, BATCH), mostExamples, changed);
    } catch (IllegalArgumentException e) {
      one.close();
      throw e;
    }
  }

  /** Of two lists, which judge each frame alone. */
  public static CaptureDiff of(
      FilterList before, FilterList after, int mostExamples, Optional<ChangedFrames> changed) {
    return new CaptureDiff(new ListJudge(before), new ListJudge(after), mostExamples, changed);
  }

  /**
   * Judges all frames of a source.
   *
   * @throws IOException if the source can't be read or what changes can't be written
   */
  public void run(FrameSource source) throws IOException {
    try (FrameBatch batch = new FrameBatch(BATCH)) {
      while (source.read(batch) > 0) {
        take(batch);
        batch.clear();
      }
    }
    for (Map.Entry<Long, Pending> each : pending.entrySet()) {
      settle(each.getKey(), each.getValue());
    }
    pending.clear();
  }

  private void take(FrameBatch batch) throws IOException {
    frames += batch.size;
    for (int i = 0; i < batch.size; i++) {
      pending.put(batch.number[i], new Pending(batch.length[i]));
    }
    before.judge(batch, (number, judged) -> pending.get(number).before = judged);
    after.judge(batch, (number, judged) -> pending.get(number).after = judged);
    if (changed.isPresent()) {
      for (int i = 0; i < batch.size; i++) {
        Pending each = pending.get(batch.number[i]);
        if (each.before == null || each.after == null || kind(each).isPresent()) {
          each.kept = ChangedFrames.keep(batch, i);
        }
      }
    }
    Iterator<Map.Entry<Long, Pending>> all = pending.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Long, Pending> each = all.next();
      if (each.getValue().before != null && each.getValue().after != null) {
        settle(each.getKey(), each.getValue());
        all.remove();
      }
    }
  }

  /** Empty: nothing that matters changes. */
  private static Optional<Kind> kind(Pending frame) {
    boolean passed = frame.before != null && frame.before.ruling().passes();
    boolean passes = frame.after != null && frame.after.ruling().passes();
    if (passed != passes) {
      return Optional.of(passes ? Kind.NEWLY_ALLOWED : Kind.NEWLY_DENIED);
    }
    boolean changes =
        passes
            && (!frame.before.ruling().verdict().equals(frame.after.ruling().verdict())
                || !Objects.equals(frame.before.out(), frame.after.out()));
    return changes ? Optional.of(Kind.OTHERWISE) : Optional.empty();
  }

  private void settle(long number, Pending frame) throws IOException {
    if (frame.before == null && frame.after == null) {
      unjudged++;
      return;
    }
    Optional<Kind> kind = kind(frame);
    if (kind.isEmpty()) {
      same++;
      return;
    }
    Judged told = frame.before != null ? frame.before : frame.after;
    Key key = new Key(kind.get(), ruling(frame.before), ruling(frame.after));
    Group group =
        groups.computeIfAbsent(key, made -> new Group(made.kind, made.before, made.after));
    group.frames++;
    group.bytes += frame.length;
    if (group.examples.size() < mostExamples) {
      group.examples.add(new Example(number, told.flow() + leaving(kind.get(), frame)));
    }
    if (changed.isPresent()) {
      changed.get().write(frame.kept, kind.get(), group.before + " -> " + group.after);
    }
  }

  private static Ruling ruling(Judged judged) {
    return judged == null ? Ruling.NEVER : judged.ruling();
  }

  /** Where it went and where it goes, if that is what changes. */
  private static String leaving(Kind kind, Pending frame) {
    return kind == Kind.OTHERWISE
        ? "; " + frame.before.leaving() + ", now " + frame.after.leaving()
        : "";
  }

  /** What changes: newly allowed first, then newly denied; of these the most frames first. */
  public List<Group> groups() {
    return groups.values().stream()
        .sorted(
            Comparator.comparing(Group::kind)
                .thenComparing(Comparator.comparingLong(Group::frames).reversed()))
        .toList();
  }

  /** Frames read. */
  public long frames() {
    return frames;
  }

  /** Frames that do not change. */
  public long same() {
    return same;
  }

  /**
   * Frames that neither could judge: of VPCs, fragments whose datagram never was whole; of lists,
   * what has no IPv4 header, or no ports where it ought to.
   */
  public long unjudged() {
    return unjudged;
  }

  @Override
  public void close() {
    before.close();
    after.close();
  }
}
