package io.vpcrig.cli;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import io.vpcrig.io.OutputLayout;
import io.vpcrig.query.FrameText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the frames that {@code -w} would write with those of an earlier output: interface,
 * timestamp and bytes, in order. Keeps the first difference and looks no further.
 */
final class ExpectSink implements FrameSink {
  private final String file;
  private final CaptureReader expected;
  private final FrameText text;
  private final List<Integer> vxlanPorts;
  private final FrameBatch window = new FrameBatch(256);
  private int next;
  private long compared;
  private String difference;

  ExpectSink(String file, FrameText text, List<Integer> vxlanPorts) throws IOException {
    this.file = file;
    this.text = text;
    this.vxlanPorts = vxlanPorts;
    this.expected = Captures.open(file);
  }

  /** What differs first, for people; empty if nothing does. Complete after {@link #finish}. */
  Optional<String> difference() {
    return Optional.ofNullable(difference);
  }

  /** Frames that were equal. */
  long compared() {
    return compared;
  }

  @Override
  public void write(FrameBatch batch, int i) throws IOException {
    String where = interfaceOf(batch, i);
    if (difference != null || where == null) {
      return;
    }
    if (!advance()) {
      difference =
          "frame %d of the output is one more than %s has: %s, from frame %d of the input"
              .formatted(compared + 1, file, text.flow(batch, i), batch.number[i]);
      return;
    }
    List<String> lines = differences(batch, i, where);
    if (lines.isEmpty()) {
      compared++;
      return;
    }
    difference =
        "frame %d of the output (from frame %d of the input) differs from %s:%n%s"
            .formatted(compared + 1, batch.number[i], file, String.join("\n", lines));
  }

  /** Also looks whether the expected output goes on. */
  void finish() throws IOException {
    if (difference == null && advance()) {
      difference = "%s goes on after frame %d, the output ends there".formatted(file, compared);
    }
  }

  private String interfaceOf(FrameBatch batch, int i) {
    return switch (batch.verdict[i]) {
      case Verdict.FORWARD, Verdict.ORIGINATED -> text.segment(batch.outSegment[i]);
      case Verdict.SWITCH -> text.segment(batch.segment[i]);
      case Verdict.DROP -> OutputLayout.DROPPED;
      default -> null;
    };
  }

  private boolean advance() throws IOException {
    next++;
    if (next >= window.size) {
      window.clear();
      next = 0;
      return expected.read(window) > 0;
    }
    return true;
  }

  private List<String> differences(FrameBatch batch, int i, String where) {
    List<String> lines = new ArrayList<>();
    String expectedWhere = expected.interfaces().get(window.inputInterface[next]).name();
    compare(lines, "interface", expectedWhere, where);
    compare(
        lines,
        "timestamp ns",
        Long.toString(window.timestampNs[next]),
        Long.toString(batch.timestampNs[i]));
    compare(lines, "length", window.length[next], batch.length[i]);
    compare(lines, "missing", window.missing[next], batch.missing[i]);
    if (!lines.isEmpty() || !sameBytes(batch, i)) {
      fields(lines, batch, i);
    }
    return lines;
  }

  private boolean sameBytes(FrameBatch batch, int i) {
    for (int k = 0; k < batch.length[i]; k++) {
      if (batch.bytes.u8(batch.start[i] + k) != window.bytes.u8(window.start[next] + k)) {
        return false;
      }
    }
    return true;
  }

  private void fields(List<String> lines, FrameBatch batch, int i) {
    Map<String, String> want =
        FrameFields.of(
            window.bytes, window.start[next], window.length[next], window.link[next], vxlanPorts);
    Map<String, String> got =
        FrameFields.of(batch.bytes, batch.start[i], batch.length[i], batch.link[i], vxlanPorts);
    Set<String> names = new LinkedHashSet<>(want.keySet());
    names.addAll(got.keySet());
    for (String name : names) {
      compare(lines, name, want.getOrDefault(name, "absent"), got.getOrDefault(name, "absent"));
    }
  }

  private static void compare(List<String> lines, String name, int want, int got) {
    compare(lines, name, Integer.toString(want), Integer.toString(got));
  }

  private static void compare(List<String> lines, String name, String want, String got) {
    if (!want.equals(got)) {
      lines.add("  %-22s want %s%n  %-22s got  %s".formatted(name, want, "", got));
    }
  }

  @Override
  public void close() throws IOException {
    window.close();
    expected.close();
  }
}
