package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.model.VxlanSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long a change of one rule of a running VPC takes until its snapshot is published, and what it
 * costs the worker that takes up the next snapshot.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LiveVpcBenchmark {
  /** Rules that are edited. */
  private static final int EDITED = 32;

  @Param({"1000", "10000", "100000"})
  public int rules;

  @Param({"INTENDED", "SHIPPED"})
  public Semantics semantics;

  private final List<AclRule> edited = new ArrayList<>();
  private LiveVpc live;
  private Snapshot[] snapshots;
  private PacketPath path;
  private FrameBatch batch;
  private int edits;

  @Setup
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1);
    List<AclRule> all = new ArrayList<>();
    for (int k = 1; k <= rules; k++) {
      all.add(rule(10 * k, random));
    }
    for (int k = 0; k < EDITED; k++) {
      edited.add(all.get(random.nextInt(rules)));
    }
    live = new LiveVpc(vpc(all), Optional.empty(), (afterNs, task) -> {});
    snapshots =
        new Snapshot[] {
          replace(edited.getFirst()), replace(edited.getFirst()),
        };
    path = new PacketPath(new PathOptions(1 << 10, false, Optional.empty()));
    batch = new FrameBatch(256);
  }

  private Vpc vpc(List<AclRule> all) {
    Segment.Tier tier =
        new Segment.Tier(
            "t",
            new Encapsulation.Vlan(101),
            Ipv4Text.parseCidr("10.10.1.1/24"),
            OptionalLong.empty(),
            Optional.of("l"),
            Origin.BUILT_IN);
    return new Vpc(
        "vpc",
        Ipv4Text.parseCidr("10.10.0.0/16"),
        semantics,
        List.of(),
        List.of(tier),
        List.of(),
        VxlanSettings.DEFAULT,
        Map.of("l", new AclList("l", all, Origin.BUILT_IN)),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Origin.BUILT_IN);
  }

  /** Every tenth has two CIDRs, so that the shipped order differs from what was meant. */
  private static AclRule rule(int number, SplittableRandom random) {
    int first = random.nextInt(60_000);
    Cidr one = new Cidr(random.nextInt(), 8 + random.nextInt(25));
    Cidr other = new Cidr(random.nextInt(), 8 + random.nextInt(25));
    return new AclRule(
        number,
        random.nextBoolean() ? Direction.INGRESS : Direction.EGRESS,
        random.nextBoolean() ? Action.ALLOW : Action.DENY,
        random.nextBoolean() ? Protocol.TCP : Protocol.UDP,
        false,
        Optional.of(new PortRange(first, first + random.nextInt(3) * 100)),
        -1,
        -1,
        random.nextInt(10) == 0 ? List.of(one, other) : List.of(one),
        Origin.BUILT_IN);
  }

  private Snapshot replace(AclRule rule) {
    return live.replaceRule("l", rule.number(), rule);
  }

  @Benchmark
  public Snapshot replace() {
    return replace(edited.get(edits++ % EDITED));
  }

  /** Moves a rule to a free number far away, and back, by turns. */
  @Benchmark
  public Snapshot move() {
    AclRule rule = edited.get(edits / 2 % EDITED);
    int away = 10 * rules / 2 + 5;
    boolean back = (edits++ & 1) == 1;
    return live.moveRule("l", back ? away : rule.number(), back ? rule.number() : away);
  }

  /** The whole way of no frames, with another snapshot each time. */
  @Benchmark
  public void takeUp() {
    path.process(batch, snapshots[edits++ & 1]);
  }

  @TearDown
  public void tearDown() {
    batch.close();
    path.close();
  }
}
