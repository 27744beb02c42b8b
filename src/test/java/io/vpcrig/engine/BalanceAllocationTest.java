package io.vpcrig.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.MemorySource;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Host;
import io.vpcrig.model.LoadBalancer.Algorithm;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.Allocation;
import io.vpcrig.testing.Balancers;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.VpcBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Balancing allocates nothing once it is warm, whatever the algorithm, members and clients do. */
class BalanceAllocationTest {
  private static final int FRAMES_PER_RUN = 60_000;
  private static final long STEP_NS = 20_000_000L;

  private long forwarded;
  private long dropped;

  @Test
  void allocatesNothingWhileMembersAnswerRefuseAndFallSilent() throws Exception {
    Snapshot snapshot = Snapshot.compile(vpc(), 1, Optional.empty());
    try (MemorySource source = new MemorySource(frames(), Long.MAX_VALUE, STEP_NS, STEP_NS);
        PacketPath path = new PacketPath(new PathOptions(1 << 10, false, Optional.empty()));
        FrameBatch batch = new FrameBatch(256)) {
      Allocation.assertNone(
          FRAMES_PER_RUN / 256,
          () -> {
            batch.clear();
            source.read(batch);
            path.process(batch, snapshot);
            for (int i = 0; i < batch.size; i++) {
              forwarded += batch.verdict[i] == Verdict.FORWARD ? 1 : 0;
              dropped += batch.verdict[i] == Verdict.DROP ? 1 : 0;
            }
          });
      long sessions = path.sessions().created();
      assertTrue(sessions > 10_000, sessions + " sessions");
    }
    assertTrue(forwarded > 10_000 && dropped > 100, forwarded + " forwarded, " + dropped);
  }

  private static Vpc vpc() {
    VpcBuilder builder =
        new VpcBuilder("10.10.0.0/16")
            .publicNetwork(
                "public",
                new Encapsulation.Vlan(100),
                "203.0.113.10/24",
                Optional.of("203.0.113.1"))
            .tier("web", new Encapsulation.Vxlan(5001), "10.10.1.1/24")
            .acl("web", "default_allow")
            .host("web1", "web", "10.10.1.10")
            .host("web2", "web", "10.10.1.11");
    List<Host> members = List.of(builder.hostNamed("web1"), builder.hostNamed("web2"));
    int port = 80;
    for (Algorithm algorithm : Algorithm.values()) {
      builder.balance(
          Balancers.of(algorithm.label(), "203.0.113.11", Protocol.TCP, port, "web", members)
              .by(algorithm)
              .to(80)
              .weights(1, 2)
              .sticky(50, Duration.ofSeconds(2))
              .health(2, Duration.ofSeconds(1), Duration.ofSeconds(3)));
      port++;
    }
    return builder.build();
  }

  private static List<byte[]> frames() {
    SplittableRandom random = new SplittableRandom(5);
    List<byte[]> frames = new ArrayList<>();
    for (int k = 0; k < 8_000; k++) {
      int port = 40_000 + random.nextInt(400);
      int[] firsts = {2, 2, 2, 16, 17, 4};
      int[] answers = {18, 18, 16, 17, 20};
      frames.add(
          random.nextInt(3) > 0
              ? FrameBuilder.tcp(
                      "198.51.100." + (1 + random.nextInt(200)),
                      port,
                      "203.0.113.11",
                      80 + random.nextInt(4))
                  .flags(firsts[random.nextInt(firsts.length)])
                  .vlan(100)
                  .build()
              : FrameBuilder.tcp("10.10.1." + (10 + random.nextInt(2)), 80, "10.10.1.1", port)
                  .flags(answers[random.nextInt(answers.length)])
                  .vxlan(5001)
                  .build());
    }
    return frames;
  }
}
