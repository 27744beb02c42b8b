package io.vpcrig.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Host;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.LoadBalancer.Algorithm;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Flows;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.query.Story;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.Balancers;
import io.vpcrig.testing.Differential;
import io.vpcrig.testing.Mismatch;
import io.vpcrig.testing.VpcText;
import io.vpcrig.testing.Vpcs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Conversations through load balancers whose members answer, refuse and fall silent, while members
 * come, go and change their weights: engine and reference choose alike. {@code -Dvpcrig.seed=N}
 * repeats a run, {@code -Dvpcrig.runs=N} makes it longer.
 */
class BalanceDifferentialTest {
  private static final int RUNS = Integer.getInteger("vpcrig.runs", 60);
  private static final int STEPS = 600;
  private static final long SECOND = 1_000_000_000L;

  private final Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
  private int moved;

  /** A connection, as it came and as it left. */
  private record Connection(Packet opening, Story story) {}

  @Test
  void chooseAlikeThroughChangesOfMembersAndTheirHealth() {
    long seed = Long.getLong("vpcrig.seed", 20_261_126L);
    for (int run = 0; run < RUNS; run++) {
      run(seed + run);
    }
    assertTrue(reasons.getOrDefault(Reason.BALANCED, 0) > 800, reasons::toString);
    assertTrue(reasons.getOrDefault(Reason.BALANCE_NO_MEMBER, 0) > 200, reasons::toString);
    assertTrue(reasons.getOrDefault(Reason.BALANCE_CLIENT, 0) > 100, reasons::toString);
    assertTrue(moved > 500, "changes of the VPC: " + moved);
  }

  private void run(long seed) {
    Random random = new Random(seed);
    Vpc vpc = vpc(random);
    ReferenceRouter reference = new ReferenceRouter(vpc);
    List<Connection> open = new ArrayList<>();
    List<String> log = new ArrayList<>();
    long nowNs = 1000 * SECOND;
    try (EngineRouter engine = new EngineRouter(vpc)) {
      for (int step = 0; step < STEPS; step++) {
        if (random.nextInt(40) == 0) {
          vpc = vpc(random);
          reference.apply(vpc);
          engine.apply(vpc);
          log.add("--- " + VpcText.of(vpc));
          moved++;
        }
        nowNs += pause(random);
        Packet packet = packet(vpc, open, random, nowNs);
        log.add(Mismatch.line(packet, 1000 * SECOND));
        Outcome outcome = engine.send(packet);
        Story story = reference.send(packet, Differential.portOf(outcome));
        assertEquals(
            List.of(),
            Differential.differences(story, outcome),
            () -> "seed " + seed + "\n" + String.join("\n", log) + "\n" + story);
        reasons.merge(story.reason(), 1, Integer::sum);
        if (story.verdict() == Verdict.FORWARD && story.reason() != Reason.ESTABLISHED) {
          open.add(new Connection(packet, story));
          if (open.size() > 12) {
            open.remove(random.nextInt(open.size()));
          }
        }
      }
    }
  }

  private static long pause(Random random) {
    return switch (random.nextInt(30)) {
      case 0 -> random.nextLong(20 * SECOND);
      case 1 -> random.nextLong(200 * SECOND);
      case 2, 3, 4, 5, 6 -> random.nextLong(SECOND);
      case 7 -> SECOND;
      default -> 1_000_000;
    };
  }

  private static Packet packet(Vpc vpc, List<Connection> open, Random random, long nowNs) {
    int kind = random.nextInt(10);
    if (open.isEmpty() || kind < 4) {
      return opening(vpc, random, nowNs);
    }
    // The last connections most often, so that first segments are answered.
    int back = Math.min(open.size(), 1 + random.nextInt(1 + random.nextInt(12)));
    Connection connection = open.get(open.size() - back);
    Flow left = connection.story().rewritten().orElseThrow();
    boolean tcp = left.protocol() == Protocol.TCP;
    if (kind < 8) {
      int flags = random.nextInt(3) == 0 ? Packet.RST | Packet.ACK : answer(random);
      return Packet.of(
          connection.story().out().orElseThrow(), Flows.reply(left), tcp ? flags : 0, 64, nowNs);
    }
    Packet opening = connection.opening();
    int flags = random.nextInt(4) == 0 ? Packet.SYN : answer(random);
    return Packet.of(opening.in(), opening.flow(), tcp ? flags : 0, 64, nowNs);
  }

  private static int answer(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> Packet.FIN | Packet.ACK;
      case 1, 2 -> Packet.ACK;
      case 3 -> Packet.RST;
      default -> Packet.SYN | Packet.ACK;
    };
  }

  private static Packet opening(Vpc vpc, Random random, long nowNs) {
    LoadBalancer balancer = vpc.loadBalancers().get(random.nextInt(vpc.loadBalancers().size()));
    int port = 40000 + random.nextInt(40);
    int from = random.nextInt(8);
    String in = from == 0 ? "t1" : from == 1 ? "t2" : "public";
    int client =
        switch (in) {
          case "t1" -> 0x0a0a_0164 + random.nextInt(3);
          case "t2" -> 0x0a0a_0264 + random.nextInt(3);
          default -> 0xc633_6401 + random.nextInt(9);
        };
    Flow flow = Flows.of(balancer.protocol(), client, port, balancer.address(), balancer.port());
    int flags = random.nextInt(12) == 0 ? Packet.ACK : Packet.SYN;
    return Packet.of(in, flow, balancer.protocol() == Protocol.TCP ? flags : 0, 64, nowNs);
  }

  /** Two balancers, whose names stay the same while everything else may change. */
  private static Vpc vpc(Random random) {
    Vpcs vpc =
        Vpcs.vpc("10.10.0.0/16")
            .semantics(random.nextBoolean() ? Semantics.SHIPPED : Semantics.INTENDED)
            .publicNetwork("public", new Encapsulation.Vlan(100), "203.0.113.10/24", "203.0.113.1")
            .tier("t1", new Encapsulation.Vxlan(5001), "10.10.1.1/24")
            .tier("t2", new Encapsulation.Vlan(102), "10.10.2.1/24")
            .attach("t1", random.nextInt(4) == 0 ? "default_deny" : "default_allow")
            .attach("t2", "default_allow");
    for (int k = 1; k <= 5; k++) {
      vpc.host("h" + k, "t1", "10.10.1." + (9 + k));
    }
    return vpc.balancer(balancer(vpc, "203.0.113.11", "shop", random))
        .balancer(balancer(vpc, "10.10.1.200", "inside", random).internal())
        .build();
  }

  private static Balancers balancer(Vpcs vpc, String address, String name, Random random) {
    List<Integer> weights = new ArrayList<>();
    var members = new ArrayList<Host>();
    for (int k = 1; k <= 5; k++) {
      if (random.nextInt(4) != 0) {
        members.add(vpc.hostNamed("h" + k));
        weights.add(random.nextInt(4));
      }
    }
    int protocol = random.nextInt(6) == 0 ? Protocol.UDP : Protocol.TCP;
    Algorithm[] algorithms = Algorithm.values();
    Balancers balancer =
        Balancers.of(name, address, protocol, 80, "t1", members)
            .weights(weights.toArray(Integer[]::new))
            .by(algorithms[random.nextInt(algorithms.length)])
            .to(random.nextBoolean() ? 80 : 8080);
    if (random.nextInt(3) == 0) {
      balancer.keepsClient();
    }
    if (random.nextInt(4) == 0) {
      balancer.serves("198.51.100.0/29", "10.10.2.0/24");
    }
    if (random.nextInt(3) == 0) {
      balancer.sticky(3 + random.nextInt(2), Duration.ofSeconds(30));
    }
    if (protocol == Protocol.TCP && random.nextInt(4) != 0) {
      balancer.health(1 + random.nextInt(2), Duration.ofSeconds(3), Duration.ofSeconds(20));
    }
    return balancer;
  }
}
