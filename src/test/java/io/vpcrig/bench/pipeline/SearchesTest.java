package io.vpcrig.bench.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.Samples;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SearchesTest {
  private final ObjectNode node = JsonNodeFactory.instance.objectNode();

  @Test
  void whatTheGeneratorCannotTopIsRefused() {
    assertFalse(tell(10e6, 9.6e6, 9.7e6, 9.6e6));
    assertTrue(
        node.get("refused").asText().startsWith("generator-bound: 9.60 M/s is more than 95%"));
    assertFalse(node.has("framesPerSecond"));
  }

  @Test
  void ratesThatAgreeNeedNoReason() {
    assertTrue(tell(50e6, 9.6e6, 9.7e6, 9.6e6));
    assertEquals(9.6e6, node.at("/framesPerSecond/median").asDouble(), 1);
    assertFalse(node.has("reason"));
  }

  @Test
  void aSpreadAboveThreePercentHasOne() {
    assertTrue(tell(50e6, 9e6, 9.6e6, 9.7e6));
    assertEquals(
        "the longest batch took 2.00 ms, and the queue lasts 0.43 ms; the thread had from 50% of"
            + " its core on",
        node.get("reason").asText());
  }

  @Test
  void aSearchThatFoundNothingSpoilsTheOthers() {
    assertFalse(tell(50e6, 9e6, 0, 9.7e6));
    assertTrue(
        node.get("refused").asText().startsWith("no load held: the longest batch took 2.00"));
  }

  /** Of a second each, half of it on a core. */
  private boolean tell(double generator, double... rates) {
    List<Samples.Run> found =
        DoubleStream.of(rates)
            .mapToObj(rate -> new Samples.Run((long) rate, 1_000_000_000, 500_000_000))
            .toList();
    return new Searches(found, generator, 12e6, 4096, 2_000_000).tell(node);
  }
}
