package io.vpcrig.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Holds the trace of a frame against what the batch says became of it. */
final class TraceCheck {
  private record Entry(TraceStep step, int a, int b, int c, int d) {}

  private TraceCheck() {}

  static void assertTellsWhatHappened(PacketPath path, FrameBatch batch, int i) {
    List<Entry> entries = new ArrayList<>();
    path.readTrace((step, a, b, c, d) -> entries.add(new Entry(step, a, b, c, d)));
    assertEquals(
        1,
        entries.stream().filter(e -> e.step() == TraceStep.DISPOSITION).count(),
        entries::toString);
    Entry end = entries.getLast();
    assertEquals(
        new Entry(
            TraceStep.DISPOSITION, batch.verdict[i], batch.reason[i], batch.list[i], batch.rule[i]),
        end);
    Reason reason = Reason.of(batch.reason[i]);
    boolean known = reason == Reason.ESTABLISHED || reason == Reason.RELATED;
    assertTrue(!known || has(entries, TraceStep.SESSION_HIT), entries::toString);
    boolean byList =
        reason == Reason.DENY_RULE
            || reason == Reason.DENY_DEFAULT
            || reason == Reason.DENY_NO_LIST;
    assertTrue(
        !byList || has(entries, TraceStep.ACL_EGRESS, TraceStep.ACL_INGRESS), entries::toString);
    if (batch.verdict[i] == Verdict.FORWARD) {
      assertTrue(
          known
              || reason == Reason.UNTRACKED
              || has(entries, TraceStep.SESSION_CREATED)
              || batch.session[i] >= 0,
          entries::toString);
      Entry rewrite =
          entries.stream().filter(e -> e.step() == TraceStep.REWRITE).findFirst().orElseThrow();
      assertEquals(batch.newSource[i], rewrite.a());
      assertEquals(batch.newDestination[i], rewrite.b());
      assertTrue(has(entries, TraceStep.ENCAP), entries::toString);
    }
  }

  private static boolean has(List<Entry> entries, TraceStep... steps) {
    return entries.stream().anyMatch(e -> Arrays.asList(steps).contains(e.step()));
  }
}
