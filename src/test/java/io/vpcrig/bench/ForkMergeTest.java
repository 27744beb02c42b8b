package io.vpcrig.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ForkMergeTest {
  @Test
  void runsAreKeptAndWhatComesFromThemIsComputedAnew() {
    ObjectNode merged = ForkMerge.merge(List.of(report(100, 3), report(300, 5)));
    JsonNode row = merged.at("/results/0");
    assertEquals("a", row.get("set").asText());
    assertEquals(2, merged.at("/options/forks").asInt());
    assertEquals(4, row.get("runs").size());
    assertEquals(0, row.at("/runs/1/fork").asInt());
    assertEquals(1, row.at("/runs/2/fork").asInt());
    assertEquals(100, row.at("/lookupsPerSecond/min").asDouble());
    assertEquals(200, row.at("/lookupsPerSecond/median").asDouble());
    assertEquals("processes", row.at("/confidence95/of").asText());
    assertEquals(4, row.get("memory").asLong());
  }

  @Test
  void histogramsAreAdded() {
    JsonNode latency =
        ForkMerge.merge(List.of(report(1, 3), report(1, 1000))).at("/results/0/latency");
    assertEquals(2, latency.get("count").asInt());
    assertEquals(3, latency.get("min").asLong());
    assertEquals(1000, latency.get("max").asLong());
    assertEquals(3, latency.at("/percentiles/0/value").asLong());
    assertArrayEquals(new double[] {3, 1000}, LatencyBlock.byProcess(latency, 99));
  }

  @Test
  void aForkThatRefusedItsFigureIsLeftOut() {
    ObjectNode refused = report(1, 3);
    ObjectNode row = (ObjectNode) refused.at("/results/0");
    row.remove("runs");
    row.remove("lookupsPerSecond");
    row.put("refused", "generator-bound");
    ObjectNode merged = ForkMerge.merge(List.of(report(100, 3), refused));
    assertEquals(2, merged.at("/results/0/runs").size());
    assertEquals("generator-bound", merged.at("/results/0/refused").asText());
  }

  @Test
  void otherAnswersAreNoFigure() {
    ObjectNode other = report(1, 3);
    ((ObjectNode) other.at("/results/0")).put("checksum", "f00");
    assertThrows(AnswerException.class, () -> ForkMerge.merge(List.of(report(1, 3), other)));
    ObjectNode longer = report(1, 3);
    longer.withArray("/results").addObject();
    assertThrows(AnswerException.class, () -> ForkMerge.merge(List.of(report(1, 3), longer)));
  }

  private static ObjectNode report(long rate, long value) {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("bench", "acl");
    ObjectNode row = root.withArray("/results").addObject().put("set", "a").put("checksum", "abc");
    var run = new Samples.Run(rate, 1_000_000_000, 1_000_000_000);
    row.setAll(new Samples(List.of(run, run)).toJson("lookups"));
    Histogram ns = new Histogram(3);
    ns.recordValue(value);
    row.set("latency", LatencyBlock.of(ns));
    row.put("memory", value);
    return root;
  }
}
