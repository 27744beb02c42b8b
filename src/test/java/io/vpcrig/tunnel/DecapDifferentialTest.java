package io.vpcrig.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.model.Vpc;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.testing.FrameBuilder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecapDifferentialTest {
  private static final int FRAMES = 150_000;
  private static final long SEED = Long.getLong("vpcrig.seed", 7348);

  @ParameterizedTest
  @EnumSource(ChecksumPolicy.class)
  void agreesWithThePlainDecapOnRightAndBrokenFrames(ChecksumPolicy policy) {
    Map<String, Integer> seen = compare(SegmentsOnly.example().build(), policy, FRAMES);
    for (Reason reason : List.of(Reason.SWITCHED, Reason.MULTICAST, Reason.VXLAN_OUTER)) {
      assertTrue(seen.getOrDefault(reason.name(), 0) > 100, () -> "few " + reason + ": " + seen);
    }
    assertTrue(seen.get("passed") > FRAMES / 20, seen::toString);
    if (policy == ChecksumPolicy.VERIFY) {
      Map<Reason, Integer> missed = new EnumMap<>(Reason.class);
      for (Reason reason : Reason.drops()) {
        if (reason.owner().equals("tunnel") && !seen.containsKey(reason.name())) {
          missed.put(reason, 0);
        }
      }
      missed.remove(Reason.SEGMENT_UNTAGGED); // needs a VPC without a public network
      assertEquals(Map.of(), missed, "reasons that no frame met");
    }
  }

  @Test
  void agreesWhereNothingIsPublicAndNothingATunnel() {
    Vpc vpc =
        SegmentsOnly.vpc()
            .tier("app", SegmentsOnly.vlan(102), "10.10.2.1/24")
            .tier("web", SegmentsOnly.vlan(100), "10.10.1.1/31")
            .build();
    Map<String, Integer> seen = compare(vpc, ChecksumPolicy.VERIFY, FRAMES / 5);
    assertTrue(seen.get(Reason.SEGMENT_UNTAGGED.name()) > 100);
  }

  private static Map<String, Integer> compare(Vpc vpc, ChecksumPolicy policy, int frames) {
    DecapStage stage = new DecapStage(SegmentCompiler.compile(vpc), policy);
    RandomFrames source = new RandomFrames(new Random(SEED));
    StageContext context = new StageContext(new TraceRing(1));
    Map<String, Integer> seen = new java.util.TreeMap<>();
    List<RandomFrames.Sample> samples = new ArrayList<>();
    try (FrameBatch batch = new FrameBatch(64)) {
      for (int done = 0; done < frames; done += batch.capacity) {
        batch.clear();
        batch.poison(done * 0x0101_0101 - 1);
        samples.clear();
        for (int k = 0; k < batch.capacity; k++) {
          RandomFrames.Sample sample = source.next();
          samples.add(sample);
          int i = FrameBuilder.add(batch, sample.bytes(), sample.link(), done);
          batch.missing[i] = sample.missing();
        }
        stage.process(batch, context);
        int live = 0;
        for (int i = 0; i < batch.size; i++) {
          RandomFrames.Sample sample = samples.get(i);
          Decapped expected =
              PlainDecap.of(vpc, policy, sample.bytes(), sample.link(), sample.missing());
          int number = done + i;
          assertEquals(
              expected,
              Decapped.read(batch, i),
              () -> "seed " + SEED + ", frame " + number + show(sample));
          seen.merge(
              expected.reason() == null ? "passed" : expected.reason().name(), 1, Integer::sum);
          if (expected.isPending()) {
            assertEquals(i, batch.live[live++]);
          }
        }
        assertEquals(live, batch.liveCount);
      }
    }
    return seen;
  }

  private static String show(RandomFrames.Sample sample) {
    return ", link "
        + sample.link()
        + ", missing "
        + sample.missing()
        + ": "
        + HexFormat.of().formatHex(sample.bytes());
  }
}
