package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.cli.PrometheusFormat.Sample;
import io.vpcrig.telemetry.Counter;
import io.vpcrig.telemetry.CounterType;
import io.vpcrig.telemetry.Run;
import io.vpcrig.telemetry.RunSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Counters in Prometheus' format, read back by a strict reader. */
class PrometheusTextTest {
  private static List<Sample> samples(RunSnapshot snapshot) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusText.write(snapshot, out);
    return PrometheusFormat.read(out.toString(StandardCharsets.UTF_8));
  }

  private static double value(List<Sample> samples, String name, Map<String, String> labels) {
    List<Sample> found =
        samples.stream()
            .filter(sample -> sample.name().equals(name) && sample.labels().equals(labels))
            .toList();
    assertEquals(1, found.size(), name + labels);
    return found.getFirst().value();
  }

  @Test
  void everyCounterIsThereInBaseUnits() throws IOException {
    RunSnapshot run = SampleRuns.after(10, Run.State.RUNNING);
    List<Sample> samples = samples(run);
    assertEquals(run.counters().size() + 3, samples.size());
    assertEquals(123_456_780, value(samples, "vpcrig_frames_total", Map.of()));
    assertEquals(
        3_000_000, value(samples, "vpcrig_drops_total", Map.of("reason", "acl.deny.rule")));
    assertEquals(
        10_000_000,
        value(
            samples,
            "vpcrig_rule_packets_total",
            Map.of("list", "app", "rule", "10", "direction", "ingress", "action", "allow")));
    assertEquals(
        0.01155, value(samples, "vpcrig_stage_seconds_total", Map.of("stage", "decap")), 1e-12);
    assertEquals(
        1_700_000_010.0, value(samples, "vpcrig_heartbeat_timestamp_seconds", Map.of()), 1e-3);
    assertEquals(1, value(samples, "vpcrig_running", Map.of()));
    assertEquals(
        1,
        value(
            samples,
            "vpcrig_run_info",
            Map.of("verb", "replay", "vpc", "production", "pid", "4711")));
  }

  @Test
  void labelsComeBackWhateverIsInThem() throws IOException {
    for (String label : List.of("a\"b", "a\\b", "a\nb", "\\n", "a,b=\"c\"}", "é", "")) {
      RunSnapshot run =
          new RunSnapshot(
              new Run(1, 0, 0, "replay", label),
              Run.State.ENDED,
              List.of(new Counter(CounterType.SEGMENT_IN, List.of(label), 5)),
              List.of());
      List<Sample> samples = samples(run);
      assertEquals(5, value(samples, "vpcrig_segment_in_total", Map.of("segment", label)));
      assertEquals(0, value(samples, "vpcrig_running", Map.of()));
    }
  }

  @Test
  void anyCountersMakeASoundText() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 200; trial++) {
      RunSnapshot run = SampleRuns.random(random);
      assertEquals(run.counters().size() + 3, samples(run).size(), "seed " + seed);
    }
  }

  @Test
  void theReaderIsStrict() {
    String head = "# HELP a_total x\n# TYPE a_total counter\n";
    assertEquals(1, PrometheusFormat.read(head + "a_total{b=\"c\\\\\\\"\\n\"} 1\n").size());
    for (String wrong :
        List.of(
            head + "a_total 1",
            head + "a_total -1\n",
            head + "a_total one\n",
            head + "a_total 1\na_total 2\n",
            head + "a_total{b=c} 1\n",
            head + "a_total{b=\"\\t\"} 1\n",
            head + "a_total{b=\"c\" d=\"e\"} 1\n",
            head + "a_total{b-c=\"c\"} 1\n",
            head + "b_total 1\n",
            head + "\n",
            "# TYPE a counter\n",
            "# TYPE a_total gauge\n",
            "# TYPE a_ns gauge\n",
            "a_total 1\n",
            head + "# TYPE b gauge\n" + "a_total 1\n")) {
      assertThrows(AssertionError.class, () -> PrometheusFormat.read(wrong), wrong);
    }
    assertTrue(PrometheusFormat.read(head).isEmpty());
  }
}
