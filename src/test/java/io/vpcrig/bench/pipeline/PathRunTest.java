package io.vpcrig.bench.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.bench.AnswerException;
import io.vpcrig.frame.BytesLedger;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PathRunTest {
  private static final int FLOWS = 2000;

  @ParameterizedTest
  @EnumSource(Variant.class)
  void everyFrameOfEveryVariantLeavesAsItHasTo(Variant variant) {
    long held = BytesLedger.heldBytes();
    for (double opening : new double[] {0, 0.1, 1}) {
      for (String size : new String[] {"64", "IMIX"}) {
        Scenario scenario = new Scenario(variant, FLOWS, FrameSize.parse(size), 6, 30, opening, 64);
        try (PathRun run = new PathRun(scenario, 1)) {
          FrameCheck check = new FrameCheck(scenario, run.traffic(), run.snapshot().segments());
          for (int taken = 0; taken < 2 * FLOWS; ) {
            taken += run.next();
            check.check(run.batch());
          }
          run.requireForwarded();
          int sessions = run.path().sessions().size();
          assertTrue(
              sessions >= 0.99 * FLOWS && sessions <= run.traffic().mostSessions(),
              () -> sessions + " sessions at " + opening);
        }
      }
    }
    assertEquals(held, BytesLedger.heldBytes(), "bytes of memory not given back");
  }

  @Test
  void openingFramesOpenConnectionsAndOldOnesEnd() {
    Scenario scenario =
        new Scenario(Variant.VXLAN_VXLAN, FLOWS, FrameSize.parse("110"), 2, 50, 1, 256);
    try (PathRun run = new PathRun(scenario, 1)) {
      long before = run.path().sessions().created();
      int taken = 0;
      while (taken < 10 * FLOWS) {
        taken += run.next();
      }
      assertEquals(taken, run.path().sessions().created() - before);
      assertTrue(run.path().sessions().size() <= run.traffic().mostSessions());
    }
  }

  /** Of what the check reads, one byte each: any of them wrong is told. */
  @Test
  void aByteThatIsWrongIsFound() {
    Scenario scenario =
        new Scenario(Variant.VXLAN_VXLAN, FLOWS, FrameSize.parse("110"), 2, 50, 0, 16);
    try (PathRun run = new PathRun(scenario, 1)) {
      FrameCheck check = new FrameCheck(scenario, run.traffic(), run.snapshot().segments());
      run.next();
      int start = run.batch().start[3];
      // Destination MAC, outer IPv4, its TTL, endpoint, UDP port, length, VNI; inner MAC, IPv4,
      // TCP.
      for (int at : new int[] {14, 22, 33, 37, 39, 47, 50, 55, 66, 72, 76, 83, 84, 87, 97, 100}) {
        int value = run.batch().bytes.u8(start + at);
        run.batch().bytes.putU8(start + at, value ^ 0x10);
        assertThrows(AnswerException.class, () -> check.check(run.batch()), "byte " + at);
        run.batch().bytes.putU8(start + at, value);
      }
      check.check(run.batch());
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void noTwoFlowsHaveTheSameEnds(Variant variant) {
    Scenario scenario = new Scenario(variant, 1, FrameSize.parse("64"), 100, 50, 0, 1);
    Flow flow = new Flow(scenario);
    Set<String> ends = new HashSet<>();
    for (int block = 0; block < 64; block++) {
      // Numbers far apart meet in the parts that a number is cut into.
      for (int k = 0; k < 1000; k++) {
        flow.number(block * 131_072 + k);
        ends.add(flow.client + ":" + flow.clientPort + ":" + flow.dialled + ":" + flow.dialledPort);
        ends.add(flow.server + ":" + flow.serverPort + ":" + flow.seen + ":" + flow.clientPort);
      }
    }
    assertEquals(2 * 64 * 1000, ends.size());
  }
}
