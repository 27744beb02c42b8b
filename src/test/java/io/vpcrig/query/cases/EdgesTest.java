package io.vpcrig.query.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSet;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Explainer;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.testing.RandomVpc;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The slow way to know where fates change: ask. Whatever flow is asked for, the flow of the edges
 * below its values has the same fate.
 */
class EdgesTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 19);
  private static final int VPCS = 15;
  private static final int FLOWS = 500;

  private static final FlowSet ALL =
      new FlowSet(
          List.of(), Cidr.ANY, PortRange.ALL, Cidr.ANY, PortRange.ALL, -1, -1, Optional.empty());

  /** Verdict, reason and decider. */
  private record Fate(String verdict, String reason, Object out, Object list, Object rule) {
    static Fate of(Outcome outcome) {
      return new Fate(
          outcome.verdict(),
          outcome.reason().dottedName(),
          outcome.out(),
          outcome.list(),
          outcome.rule());
    }
  }

  @Test
  void everyFlowHasTheFateOfTheEdgesBelowIt() {
    Random random = new Random(SEED);
    int passed = 0;
    int moved = 0;
    for (int k = 0; k < VPCS; k++) {
      Vpc vpc = RandomVpc.of(SEED + k);
      Edges edges = new Edges(vpc);
      int[] addresses = edges.addresses(Cidr.ANY);
      int[] ports = edges.ports(PortRange.ALL);
      int[] types = edges.icmpTypes(ALL);
      int[] codes = edges.icmpCodes(ALL);
      List<Integer> protocols = edges.protocols(ALL);
      for (int n = 0; n < FLOWS; n++) {
        int protocol = random.nextInt(3) == 0 ? random.nextInt(256) : 1 << random.nextInt(5) | 1;
        int source = near(random, addresses);
        int destination = near(random, addresses);
        boolean icmp = protocol == 1;
        int low =
            icmp
                ? near(random, types, 255) << 8 | near(random, codes, 255)
                : near(random, ports, 65_535);
        int high = icmp ? 0 : 40_000;
        int edge =
            icmp ? floor(types, low >>> 8) << 8 | floor(codes, low & 255) : floor(ports, low);
        Flow flow = flow(protocol, source, destination, high << 16 | low);
        Flow below =
            flow(
                edges.names(protocol) ? protocol : other(edges, protocols),
                floor(addresses, source),
                floor(addresses, destination),
                high << 16 | edge);
        Fate fate = fate(vpc, flow);
        assertEquals(
            fate(vpc, below), fate, "seed " + SEED + ", VPC " + k + ": " + flow + ", " + below);
        passed += fate.verdict.equals("drop") ? 0 : 1;
        moved += flow.equals(below) ? 0 : 1;
      }
    }
    int all = VPCS * FLOWS;
    assertTrue(passed > all / 20, "flows let through: " + passed);
    assertTrue(moved > all / 2, "flows that are not of edges: " + moved);
  }

  private static Flow flow(int protocol, int source, int destination, int ports) {
    return Flow.of(protocol, source, destination, ports, Optional.empty());
  }

  private static int other(Edges edges, List<Integer> protocols) {
    return protocols.stream().filter(each -> !edges.names(each)).findFirst().orElseThrow();
  }

  private static Fate fate(Vpc vpc, Flow flow) {
    return Fate.of(new ReferenceRouter(vpc).send(new Explainer(vpc).opening(flow)).outcome());
  }

  /** An edge, a value beside one, or any. */
  private static int near(Random random, int[] edges) {
    int edge = edges[random.nextInt(edges.length)];
    return switch (random.nextInt(4)) {
      case 0 -> edge - 1;
      case 1 -> edge + random.nextInt(200);
      case 2 -> edge + 1;
      default -> edge;
    };
  }

  private static int near(Random random, int[] edges, int last) {
    return random.nextInt(5) == 0
        ? random.nextInt(last + 1)
        : Math.clamp(near(random, edges), 0, last);
  }

  /** The greatest edge that is not above a value; as unsigned numbers. */
  private static int floor(int[] edges, int value) {
    return Arrays.stream(edges)
        .filter(edge -> Integer.compareUnsigned(edge, value) <= 0)
        .reduce((one, next) -> next)
        .orElseThrow();
  }
}
