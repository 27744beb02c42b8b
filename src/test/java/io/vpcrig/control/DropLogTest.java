package io.vpcrig.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.engine.DropExamples;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.query.FrameText;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.RandomVpc;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How many examples of drops are told, and what they say of the others. */
final class DropLogTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final EventLog log = EventLog.to(out, EventLog.Form.KEY_VALUE);
  private final FrameText text =
      new FrameText(Snapshot.compile(RandomVpc.of(1), 1, Optional.empty()));
  private final DropLog drops = new DropLog(log, 0);

  private void offer(Reason reason, long count, long nowNs) {
    drops.offer(reason, new DropExamples.Drop(), text, count, nowNs);
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void aReasonHasItsBurstThenOneEveryTwoSeconds() {
    for (int k = 0; k <= 1_000; k++) {
      offer(Reason.TTL, k + 1, k * SECOND / 100);
    }
    // Ten seconds: five at once and five more.
    assertEquals(DropLog.BURST + 5, lines().size());
    long told = 0;
    for (String line : lines()) {
      told += 1 + Long.parseLong(line.replaceAll(".*suppressed=", ""));
    }
    assertTrue(told > 750 && told <= 1_001, "all but those since the last: " + told);
  }

  @Test
  void reasonsDoNotTakeEachOthersTurn() {
    for (int k = 1; k <= 100; k++) {
      offer(Reason.TTL, k, 1);
    }
    offer(Reason.ROUTE_NONE, 1, 1);
    assertTrue(lines().getLast().contains("reason=route.none"), lines().getLast());
    assertTrue(lines().getLast().endsWith("suppressed=0"), lines().getLast());
  }
}
