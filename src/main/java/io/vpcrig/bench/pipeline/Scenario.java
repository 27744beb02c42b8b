package io.vpcrig.bench.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.Skew;

/**
 * What is sent through the router, and through which.
 *
 * @param flows connections that the session table holds, 1..{@link #MOST_FLOWS}
 * @param tiers of the VPC, an even number in 2..{@link #MOST_TIERS}; each has a network identifier
 * @param rules of each list, in each direction, 1..{@link #MOST_RULES}
 * @param opening share of the frames that open a connection, 0..1; above 0 it takes at least {@link
 *     #LEAST_OPENING} flows
 * @param batch frames at a time, 1..{@link #MOST_BATCH}
 * @param skew how frames are spread over the flows that stay: with uniform each comes once a round
 */
public record Scenario(
    Variant variant,
    int flows,
    FrameSize size,
    int tiers,
    int rules,
    double opening,
    int batch,
    Skew skew) {
  public static final int MOST_FLOWS = 8_500_000;
  public static final int MOST_TIERS = 250;
  public static final int MOST_RULES = 20_000;
  public static final int MOST_BATCH = 1024;

  /** With fewer, virtual time would run out within minutes: it passes 120 s per flow. */
  public static final int LEAST_OPENING = 1000;

  /** With frames alike for all flows. */
  public Scenario(
      Variant variant, int flows, FrameSize size, int tiers, int rules, double opening, int batch) {
    this(variant, flows, size, tiers, rules, opening, batch, Skew.uniform);
  }

  public Scenario {
    require(flows >= 1 && flows <= MOST_FLOWS, flows + " flows", "1.." + MOST_FLOWS);
    require(
        tiers >= 2 && tiers <= MOST_TIERS && tiers % 2 == 0,
        tiers + " tiers",
        "even, 2.." + MOST_TIERS);
    require(rules >= 1 && rules <= MOST_RULES, rules + " rules", "1.." + MOST_RULES);
    require(opening >= 0 && opening <= 1, opening + " of the frames open", "0..1");
    require(
        opening == 0 || flows >= LEAST_OPENING,
        flows + " flows",
        "from " + LEAST_OPENING + " where connections are opened");
    require(batch >= 1 && batch <= MOST_BATCH, "batch of " + batch, "1.." + MOST_BATCH);
  }

  /** Flows that stay. */
  int steady() {
    return flows - opened();
  }

  /** Flows that come and go, as many as are there at once. */
  int opened() {
    return (int) Math.round(flows * opening);
  }

  /** The components by name, as the options of {@code bench pipeline} name them. */
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("variant", variant.text())
        .put("flows", flows)
        .put("size", size.toString())
        .put("vnis", tiers)
        .put("rules", rules)
        .put("new", opening)
        .put("batch", batch)
        .put("skew", skew.name());
  }

  private static void require(boolean holds, String what, String legal) {
    if (!holds) {
      throw new IllegalArgumentException(what + ", legal: " + legal);
    }
  }
}
