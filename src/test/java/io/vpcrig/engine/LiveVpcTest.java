package io.vpcrig.engine;

import static io.vpcrig.testing.Vpcs.allowOut;
import static io.vpcrig.testing.Vpcs.denyIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.live.Recompiler;
import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.MemorySource;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.FlowSyntax;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.RandomTraffic;
import io.vpcrig.testing.RandomVpc;
import io.vpcrig.testing.Vpcs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists change while frames go through. */
@Timeout(120)
class LiveVpcTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 20_261_129L);
  private static final long SECOND = 1_000_000_000L;

  /** Compiling that waits until the test lets it happen. */
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();

  @Test
  void underRandomEditsEveryPacketIsDecidedAsTheReferenceDecides() {
    var random = new SplittableRandom(SEED);
    for (int round = 0; round < 30; round++) {
      held.clear();
      long seed = random.nextLong();
      LiveVpc live = live(RandomVpc.of(seed));
      Vpc donor = RandomVpc.of(seed + 1);
      ReferenceRouter reference = new ReferenceRouter(live.snapshot().vpc());
      var traffic = new RandomTraffic(live.snapshot().vpc(), seed);
      try (EngineRouter router = new EngineRouter(live.snapshot().vpc())) {
        for (int k = 0; k < 600; k++) {
          if (random.nextInt(4) == 0) {
            edit(live, donor, random);
            reference.apply(live.snapshot().vpc());
          }
          if (!held.isEmpty() && random.nextInt(6) == 0) {
            held.remove().run();
          }
          router.use(live.cell().getAcquire());
          Packet packet = traffic.next();
          Outcome actual = router.send(packet);
          Outcome expected = reference.send(packet, portOf(actual)).outcome();
          String what = "seed %d round %d packet %d: %s".formatted(SEED, round, k, packet);
          assertEquals(decision(expected), decision(actual), what);
          traffic.became(packet, expected);
        }
      }
    }
  }

  /** Rules of another VPC come, go, change and move. */
  private static void edit(LiveVpc live, Vpc donor, SplittableRandom random) {
    List<AclList> lists = List.copyOf(live.snapshot().vpc().lists().values());
    List<AclRule> gifts = donor.lists().values().stream().flatMap(l -> l.rules().stream()).toList();
    if (lists.isEmpty() || gifts.isEmpty()) {
      return;
    }
    AclList list = lists.get(random.nextInt(lists.size()));
    AclRule gift = gifts.get(random.nextInt(gifts.size()));
    int free = random.nextInt(1, 100);
    while (list.find(free) >= 0) {
      free++;
    }
    int kind = list.rules().isEmpty() ? 0 : random.nextInt(4);
    int number = kind == 0 ? 0 : list.rules().get(random.nextInt(list.rules().size())).number();
    switch (kind) {
      case 0 -> live.addRule(list.name(), gift.numbered(free));
      case 1 -> live.removeRule(list.name(), number);
      case 2 -> live.replaceRule(list.name(), number, gift.numbered(number));
      default -> live.moveRule(list.name(), number, random.nextInt(1, 100));
    }
  }

  /** All but the rule where an older list decided: that rule may have another number by now. */
  private static String decision(Outcome outcome) {
    boolean isOld = outcome.reason() == Reason.ESTABLISHED || outcome.reason() == Reason.RELATED;
    boolean byRule = outcome.reason() == Reason.ALLOW_RULE || outcome.reason() == Reason.DENY_RULE;
    return String.join(
        " ",
        outcome.verdict(),
        outcome.reason().name(),
        outcome.rewritten().toString(),
        outcome.out().toString(),
        isOld || !byRule ? "" : outcome.list() + "/" + outcome.rule());
  }

  private static OptionalInt portOf(Outcome outcome) {
    return outcome
        .rewritten()
        .map(flow -> OptionalInt.of(flow.protocol() == 1 ? flow.icmpId() : flow.sourcePort()))
        .orElse(OptionalInt.empty());
  }

  @Test
  void anEstablishedConnectionOutlivesTheRuleThatLetItIn() {
    LiveVpc live = live(twoTiers(allowOut(1, "tcp")));
    try (EngineRouter router = new EngineRouter(live.snapshot().vpc())) {
      router.use(live.snapshot());
      assertEquals(Reason.ALLOW_RULE, send(router, 40_000, Packet.SYN).reason());
      router.use(live.replaceRule("l1", 1, Vpcs.denyOut(1, "tcp")));
      assertEquals(Reason.ESTABLISHED, send(router, 40_000, Packet.SYN).reason());
      assertEquals(Reason.DENY_RULE, send(router, 40_001, Packet.SYN).reason());
    }
  }

  @Test
  void countsStayWithTheirRuleWhateverIsEditedAndCompiled() {
    AclRule rule = allowOut(5, "tcp");
    LiveVpc live = live(twoTiers(rule));
    try (EngineRouter router = new EngineRouter(live.snapshot().vpc())) {
      router.use(live.snapshot());
      send(router, 40_000, Packet.SYN);
      live.addRule("l1", allowOut(1, "udp"));
      live.moveRule("l1", 5, 9);
      router.use(live.addRule("l1", allowOut(6, "udp")));
      send(router, 40_001, Packet.SYN);
      held.forEach(Runnable::run);
      router.use(live.snapshot());
      send(router, 40_002, Packet.SYN);
      router.use(live.replaceRule("l1", 9, Vpcs.denyOut(9, "tcp")));
      send(router, 40_003, Packet.SYN);
      router.use(live.removeRule("l1", 9));
      send(router, 40_004, Packet.SYN);
      router.path().drain();
      assertEquals(4, router.path().hits().packets(0));
      assertEquals(9, live.snapshot().acls().rules().rule(0).number());
    }
  }

  @Test
  void compilingAnewIsNoChange() {
    LiveVpc live = live(twoTiers(allowOut(1, "tcp")));
    Snapshot edited = live.addRule("l1", allowOut(2, "udp"));
    assertEquals(2, edited.generation());
    assertSame(edited, live.cell().getAcquire());
    held.remove().run();
    Snapshot compiled = live.snapshot();
    assertNotSame(edited, compiled, "nothing was compiled");
    assertEquals(2, compiled.generation());
    assertSame(edited.vpc(), compiled.vpc());
    assertSame(edited.routes(), compiled.routes());
    assertTrue(held.isEmpty(), "compiled again without need");
  }

  @Test
  void aBurstOfEditsIsCompiledOnce() {
    LiveVpc live = live(twoTiers(allowOut(1, "tcp")));
    for (int number = 2; number < 50; number++) {
      live.addRule("l1", allowOut(number, "udp"));
    }
    assertEquals(1, held.size());
    held.remove().run();
    assertTrue(held.isEmpty());
  }

  /** A running pipeline, a rule that moves all the time: no frame may find it missing. */
  @Test
  void noFrameOfARunningPipelineMeetsAMomentWithoutRules() throws Exception {
    AclRule allow = allowOut(500, "udp 53");
    AclRule[] rules = new AclRule[101];
    for (int k = 0; k < 100; k++) {
      rules[k] = allowOut(2 * k + 1, "udp " + (1_000 + k));
    }
    rules[100] = allow;
    List<byte[]> frames = new ArrayList<>();
    for (int k = 0; k < 60_000; k++) {
      frames.add(
          FrameBuilder.udp("10.10.1.10", 1_024 + k % 60_000, "198.51.100." + (50 + k % 8), 53)
              .vlan(101)
              .build());
    }
    List<AclRule> all = new ArrayList<>(List.of(rules));
    all.add(Vpcs.denyOut(1_000, "all"));
    try (ExecutorService background = Executors.newSingleThreadExecutor();
        ExecutorService control = Executors.newSingleThreadExecutor();
        MemorySource source = MemorySource.of(frames)) {
      LiveVpc live =
          new LiveVpc(
              twoTiers(all.toArray(AclRule[]::new)), Optional.empty(), Recompiler.on(background));
      var options = new PathOptions(1 << 17, false, Optional.empty());
      AtomicBoolean done = new AtomicBoolean();
      var edits =
          control.submit(
              () -> {
                int at = 500;
                for (int k = 0; !done.get(); k++) {
                  int to = 2 + 2 * (k * 37 % 100);
                  live.moveRule("l1", at, to);
                  at = to;
                }
                return live.snapshot().generation();
              });
      try (PacketPath path = new PacketPath(options)) {
        var sink = new Verdicts();
        Optional<DamagedInputException> damage;
        try {
          damage =
              new Pipeline(
                      new PipelineOptions(PipelineMode.RTC, 1, 256, 8, options),
                      live.cell(),
                      new PacketPath[] {path})
                  .run(source, sink);
        } finally {
          done.set(true);
        }
        assertEquals(Optional.empty(), damage);
        assertTrue(edits.get() > 20, "hardly edited: generation " + edits.get());
        assertEquals(frames.size(), sink.forwarded);
        assertTrue(sink.generations > 5, sink.generations + " generations seen");
        path.drain();
        assertEquals(frames.size(), path.hits().packets(100));
      }
    }
  }

  private static final class Verdicts implements FrameSink {
    private long forwarded;
    private int generations;
    private int generation;

    @Override
    public void write(FrameBatch batch, int i) {
      if (batch.verdict[i] == Verdict.FORWARD) {
        forwarded++;
      }
      assertTrue(batch.generation[i] >= generation, "an older list after a newer");
      if (batch.generation[i] != generation) {
        generation = batch.generation[i];
        generations++;
      }
    }

    @Override
    public void close() {}
  }

  private LiveVpc live(Vpc vpc) {
    return new LiveVpc(vpc, Optional.empty(), (afterNs, task) -> held.add(task));
  }

  private static Outcome send(EngineRouter router, int port, int flags) {
    return router.send(
        Packet.of(
            "t1",
            FlowSyntax.parse("tcp 10.10.1.10:" + port + " > 198.51.100.50:80"),
            flags,
            64,
            SECOND));
  }

  private static Vpc twoTiers(AclRule... rules) {
    return Vpcs.vpc("10.10.0.0/16")
        .publicNetwork("public", new Encapsulation.Vlan(100), "203.0.113.10/24", "203.0.113.1")
        .tier("t1", new Encapsulation.Vlan(101), "10.10.1.1/24")
        .tier("t2", new Encapsulation.Vlan(102), "10.10.2.1/24")
        .list("l1", rules)
        .list("l2", denyIn(1, "tcp 22"))
        .attach("t1", "l1")
        .attach("t2", "l2")
        .build();
  }
}
