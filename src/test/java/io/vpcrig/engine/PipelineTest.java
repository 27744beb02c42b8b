package io.vpcrig.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.DigestSink;
import io.vpcrig.io.MemorySource;
import io.vpcrig.model.AclList;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Host;
import io.vpcrig.model.LoadBalancer.Algorithm;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.Balancers;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.VpcBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads change nothing but the time it takes. */
@Timeout(60)
class PipelineTest {
  private static final long SEED = 20_261_122L;

  private record Ran(String digest, long packets, long forwarded, long held, List<Long> order) {}

  @Test
  void theOutputIsTheSameForAnyNumberOfWorkersAndBothModes() throws IOException {
    List<byte[]> frames = conversations(6_000);
    Ran one = run(frames, PipelineMode.RTC, 1);
    assertTrue(one.forwarded() > 1_000, "only " + one.forwarded() + " frames forwarded");
    assertTrue(one.packets() == frames.size());
    for (PipelineMode mode : PipelineMode.values()) {
      for (int workers : new int[] {1, 2, 4}) {
        Ran other = run(frames, mode, workers);
        assertEquals(one, other, mode + " with " + workers + " workers, seed " + SEED);
      }
    }
  }

  @Test
  void loadBalancersChooseTheSameForAnyNumberOfWorkers() throws IOException {
    for (Algorithm algorithm : Algorithm.values()) {
      for (boolean client : new boolean[] {false, true}) {
        for (boolean apart : new boolean[] {false, true}) {
          Vpc vpc = balanced(algorithm, client, apart);
          List<byte[]> frames = balancedConversations(4_000, apart);
          Ran one = run(vpc, frames, PipelineMode.RTC, 1);
          assertTrue(one.forwarded() > 1_500, "only " + one.forwarded() + " frames forwarded");
          assertEquals(
              one,
              run(vpc, frames, PipelineMode.RTC, 4),
              algorithm + (client ? " client" : " router") + ", seed " + SEED);
        }
      }
    }
  }

  @Test
  void sessionsAreCarriedFromRoundToRoundOfOtherSnapshotsInBothModes() throws IOException {
    List<byte[]> frames = conversations(6_000);
    Ran one = runReloaded(frames, PipelineMode.RTC, 1);
    assertTrue(one.forwarded() > 1_000, "only " + one.forwarded() + " frames forwarded");
    for (PipelineMode mode : PipelineMode.values()) {
      for (int workers : new int[] {1, 3}) {
        Ran other = runReloaded(frames, mode, workers);
        assertEquals(one, other, mode + " with " + workers + " workers, seed " + SEED);
      }
    }
  }

  @Test
  void framesComeOutInTheOrderTheyWentIn() throws IOException {
    List<Long> order = run(conversations(3_000), PipelineMode.STAGED, 3).order();
    for (int k = 1; k < order.size(); k++) {
      assertTrue(order.get(k - 1) <= order.get(k), "frame " + order.get(k) + " at " + k);
    }
  }

  @Test
  void aSinkThatFailsEndsTheRunWithItsError() {
    long before = BytesLedger.heldBytes();
    IOException error =
        assertThrows(
            IOException.class,
            () -> {
              try (MemorySource source = MemorySource.of(conversations(5_000))) {
                carry(source, PipelineMode.STAGED, 2, new FailingSink());
              }
            });
    assertEquals("the disk is full", error.getMessage());
    assertEquals(before, BytesLedger.heldBytes(), "bytes not freed");
  }

  @Test
  void aSourceThatFailsEndsTheRun() {
    FrameSource source =
        new FrameSource() {
          @Override
          public int read(FrameBatch batch) throws IOException {
            throw new IOException("the wire is cut");
          }

          @Override
          public String describe() {
            return "broken";
          }

          @Override
          public void close() {}
        };
    for (int workers : new int[] {1, 2}) {
      Throwable error =
          assertThrows(
              Exception.class, () -> carry(source, PipelineMode.RTC, workers, new DigestSink()));
      assertTrue(String.valueOf(error).contains("the wire is cut"), error.toString());
    }
  }

  @Test
  void nothingIsLeakedByARun() throws IOException {
    long before = BytesLedger.heldBytes();
    run(conversations(500), PipelineMode.RTC, 2);
    assertEquals(before, BytesLedger.heldBytes());
  }

  /** Every second round is one of a VPC with its segments elsewhere and another next hop. */
  private static Ran runReloaded(List<byte[]> frames, PipelineMode mode, int workers)
      throws IOException {
    Vpc vpc = vpc();
    SnapshotCell cell = new SnapshotCell(Snapshot.compile(vpc, 1, Optional.empty()));
    try (MemorySource source = new MemorySource(frames, frames.size(), 1_000_000L, 1_000_000L)) {
      int[] generation = {1};
      FrameSource reloading =
          new FrameSource() {
            @Override
            public int read(FrameBatch batch) throws IOException {
              Vpc next = ++generation[0] % 2 == 0 ? rearranged() : vpc;
              cell.publish(Snapshot.compile(next, generation[0], Optional.empty()));
              return source.read(batch);
            }

            @Override
            public String describe() {
              return source.describe();
            }

            @Override
            public void close() {}
          };
      return run(vpc, cell, reloading, mode, workers);
    }
  }

  @Test
  void roundsThatWaitForAStepAreTold() throws IOException {
    List<byte[]> frames = conversations(2_000);
    PathOptions options = new PathOptions(1 << 12, false, Optional.empty());
    SnapshotCell cell = new SnapshotCell(Snapshot.compile(vpc(), 1, Optional.empty()));
    try (PacketPath path = new PacketPath(options);
        MemorySource source = new MemorySource(frames, frames.size(), 1_000_000L, 1_000_000L)) {
      Pipeline pipeline =
          new Pipeline(
              new PipelineOptions(PipelineMode.RTC, 1, 64, 4, options),
              cell,
              new PacketPath[] {path});
      boolean[] full = new boolean[1];
      pipeline.run(
          source,
          new FrameSink() {
            @Override
            public void write(FrameBatch batch, int i) {
              while (!full[0]) { // A writer that comes to nothing: the ring fills behind it.
                LockSupport.parkNanos(100_000);
                full[0] = pipeline.waiting().getLast().rounds().getAsLong() == 4;
              }
            }

            @Override
            public void close() {}
          });
      assertEquals(
          List.of("worker-0", "writer"),
          pipeline.waiting().stream().map(Pipeline.Waiting::step).toList());
    }
  }

  private static Ran run(List<byte[]> frames, PipelineMode mode, int workers) throws IOException {
    return run(vpc(), frames, mode, workers);
  }

  private static Ran run(Vpc vpc, List<byte[]> frames, PipelineMode mode, int workers)
      throws IOException {
    SnapshotCell cell = new SnapshotCell(Snapshot.compile(vpc, 1, Optional.empty()));
    try (MemorySource source = new MemorySource(frames, frames.size(), 1_000_000L, 1_000_000L)) {
      return run(vpc, cell, source, mode, workers);
    }
  }

  private static Ran run(
      Vpc vpc, SnapshotCell cell, FrameSource source, PipelineMode mode, int workers)
      throws IOException {
    Accounting counts = new Accounting(vpc.segments().size() + 1);
    Accounting[] byWorker = new Accounting[workers];
    Arrays.setAll(byWorker, w -> new Accounting(vpc.segments().size() + 1));
    List<Long> order = new ArrayList<>();
    try (DigestSink digest = new DigestSink()) {
      carry(
          cell,
          source,
          mode,
          byWorker,
          new FrameSink() {
            @Override
            public void write(FrameBatch batch, int i) {
              counts.write(batch, i);
              digest.write(batch, i);
              if (i < batch.capacity) {
                order.add(batch.number[i]);
              }
            }

            @Override
            public void close() {}
          });
      Accounting together = new Accounting(vpc.segments().size() + 1);
      for (Accounting one : byWorker) {
        together.addAll(one);
      }
      assertEquals(all(counts, vpc), all(together, vpc), mode + " with " + workers + " workers");
      return new Ran(
          digest.finish(),
          counts.packets(),
          counts.verdict(Verdict.FORWARD),
          counts.verdict(Verdict.HELD),
          order);
    }
  }

  private static List<Long> all(Accounting counts, Vpc vpc) {
    List<Long> all = new ArrayList<>(List.of(counts.packets()));
    for (int verdict = 0; verdict < Verdict.COUNT; verdict++) {
      all.add(counts.verdict(verdict));
    }
    for (Reason reason : Reason.values()) {
      all.add(counts.reason(reason));
    }
    for (int from = 0; from <= vpc.segments().size(); from++) {
      all.add(counts.dropped(from));
      for (int to = 0; to <= vpc.segments().size(); to++) {
        all.add(counts.passed(from, to));
      }
    }
    return all;
  }

  private static void carry(FrameSource source, PipelineMode mode, int workers, FrameSink sink)
      throws IOException {
    Accounting[] counts = new Accounting[workers];
    Arrays.setAll(counts, w -> new Accounting(vpc().segments().size()));
    carry(
        new SnapshotCell(Snapshot.compile(vpc(), 1, Optional.empty())), source, mode, counts, sink);
  }

  private static void carry(
      SnapshotCell cell, FrameSource source, PipelineMode mode, Accounting[] counts, FrameSink sink)
      throws IOException {
    int workers = counts.length;
    PathOptions options = new PathOptions(1 << 12, false, Optional.empty());
    PacketPath[] paths = new PacketPath[workers];
    for (int w = 0; w < workers; w++) {
      paths[w] = new PacketPath(options);
    }
    try {
      assertFalse(
          new Pipeline(new PipelineOptions(mode, workers, 64, 4, options), cell, paths)
              .counting(counts)
              .run(source, sink)
              .isPresent());
    } finally {
      for (PacketPath path : paths) {
        path.close();
      }
    }
  }

  private static Vpc vpc() {
    return with(
        new VpcBuilder("10.10.0.0/16")
            .publicNetwork(
                "public",
                new Encapsulation.Vlan(100),
                "203.0.113.10/24",
                Optional.of("203.0.113.1"))
            .tier("web", new Encapsulation.Vxlan(5001), "10.10.1.1/24")
            .tier("app", new Encapsulation.Vlan(102), "10.10.2.1/24"));
  }

  private static Vpc rearranged() {
    return with(
        new VpcBuilder("10.10.0.0/16")
            .publicNetwork(
                "public",
                new Encapsulation.Vlan(100),
                "203.0.113.10/24",
                Optional.of("203.0.113.2"))
            .tier("new", new Encapsulation.Vlan(103), "10.10.3.1/24")
            .tier("app", new Encapsulation.Vlan(102), "10.10.2.1/24")
            .tier("web", new Encapsulation.Vxlan(5001), "10.10.1.1/24"));
  }

  private static Vpc with(VpcBuilder segments) {
    return segments
        .acl("web", AclList.DEFAULT_ALLOW.name())
        .acl("app", AclList.DEFAULT_ALLOW.name())
        .host("web1", "web", "10.10.1.10")
        .sourceNat("203.0.113.10")
        .forward("203.0.113.11", 8443, "web1", 443)
        .build();
  }

  /**
   * Two balancers beside a forward, source NAT and a static NAT.
   *
   * @param apart whether the public one's address serves nothing else
   */
  private static Vpc balanced(Algorithm algorithm, boolean client, boolean apart) {
    VpcBuilder builder =
        new VpcBuilder("10.10.0.0/16")
            .publicNetwork(
                "public",
                new Encapsulation.Vlan(100),
                "203.0.113.10/24",
                Optional.of("203.0.113.1"))
            .tier("web", new Encapsulation.Vxlan(5001), "10.10.1.1/24")
            .tier("app", new Encapsulation.Vlan(102), "10.10.2.1/24")
            .acl("web", AclList.DEFAULT_ALLOW.name())
            .acl("app", AclList.DEFAULT_ALLOW.name())
            .host("web1", "web", "10.10.1.10")
            .host("web2", "web", "10.10.1.11")
            .host("web3", "web", "10.10.1.12")
            .sourceNat("203.0.113.10")
            .forward(apart ? "203.0.113.12" : "203.0.113.11", 8443, "web1", 443);
    List<Host> members =
        List.of(builder.hostNamed("web1"), builder.hostNamed("web2"), builder.hostNamed("web3"));
    Balancers shop =
        Balancers.of("shop", "203.0.113.11", Protocol.TCP, 80, "web", members).by(algorithm);
    Balancers inside =
        Balancers.of("inside", "10.10.1.200", Protocol.TCP, 80, "web", members)
            .internal()
            .by(algorithm);
    for (Balancers balancer : List.of(shop, inside)) {
      balancer.weights(1, 2, 3);
      if (client) {
        balancer.keepsClient();
      } else {
        balancer.sticky(3, Duration.ofSeconds(1));
        balancer.health(1, Duration.ofMillis(100), Duration.ofSeconds(1));
      }
    }
    return builder.balance(shop).balance(inside).build();
  }

  /** Connections to balancers and past them, and whatever members might answer to either. */
  private static List<byte[]> balancedConversations(int count, boolean apart) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<byte[]> frames = new ArrayList<>();
    while (frames.size() < count) {
      String member = "10.10.1." + (10 + random.nextInt(3));
      String other = "10.10.2." + (10 + random.nextInt(4));
      String outside = "198.51.100." + random.nextInt(1, 9);
      int port = 40_000 + random.nextInt(8);
      int flags = new int[] {2, 2, 16, 17, 4}[random.nextInt(5)];
      int answer = new int[] {18, 18, 16, 17, 20}[random.nextInt(5)];
      frames.add(
          switch (random.nextInt(9)) {
            case 0, 1 ->
                FrameBuilder.tcp(outside, port, "203.0.113.11", 80).flags(flags).vlan(100).build();
            case 2 ->
                FrameBuilder.tcp(outside, port, "10.10.1.200", 80).flags(flags).vlan(100).build();
            case 3 ->
                FrameBuilder.tcp(other, port, "10.10.1.200", 80).flags(flags).vlan(102).build();
            case 4, 5 -> {
              String to =
                  switch (random.nextInt(4)) {
                    case 0 -> "10.10.1.1";
                    case 1 -> "10.10.1.200";
                    case 2 -> other;
                    default -> outside;
                  };
              yield FrameBuilder.tcp(member, 80, to, port).flags(answer).vxlan(5001).build();
            }
            case 6 ->
                FrameBuilder.tcp(outside, port, apart ? "203.0.113.12" : "203.0.113.11", 8443)
                    .flags(flags)
                    .vlan(100)
                    .build();
            case 7 -> FrameBuilder.udp(member, port, outside, 53).vxlan(5001).build();
            default -> FrameBuilder.udp(outside, 53, "203.0.113.10", port).vlan(100).build();
          });
    }
    return frames;
  }

  /**
   * A mix in which port clashes, hairpins, fragments, echo to the router and replies to what was
   * sent all occur, from few addresses so that they meet.
   */
  private static List<byte[]> conversations(int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<byte[]> frames = new ArrayList<>();
    while (frames.size() < count) {
      String guest = "10.10.1." + (10 + random.nextInt(4));
      String other = "10.10.2." + (10 + random.nextInt(4));
      String outside = "198.51.100." + random.nextInt(1, 6);
      int port = 40_000 + random.nextInt(3);
      switch (random.nextInt(8)) {
        case 0 -> frames.add(FrameBuilder.udp(guest, port, outside, 53).vxlan(5001).build());
        case 1 -> frames.add(FrameBuilder.udp(other, port, outside, 53).vlan(102).build());
        case 2 -> frames.add(FrameBuilder.udp(outside, 53, "203.0.113.10", port).vlan(100).build());
        case 3 ->
            frames.add(
                FrameBuilder.tcp(guest, port, "203.0.113.11", 8443).flags(2).vxlan(5001).build());
        case 4 ->
            frames.add(
                FrameBuilder.tcp("10.10.1.10", 443, "10.10.1.1", port)
                    .flags(18)
                    .vxlan(5001)
                    .build());
        case 5 -> frames.add(FrameBuilder.udp(guest, port, other, 80).vxlan(5001).build());
        case 6 -> frames.add(FrameBuilder.echo(other, "10.10.2.1", port, 1).vlan(102).build());
        default -> {
          FrameBuilder whole =
              FrameBuilder.udp(other, port, outside, 99)
                  .payload(100)
                  .id(random.nextInt(1 << 16))
                  .vlan(102);
          frames.add(whole.fragment(56, whole.transportLength() - 56, false).build());
          if (random.nextInt(4) > 0) {
            frames.add(whole.fragment(0, 56, true).build());
          }
        }
      }
    }
    return frames.subList(0, count);
  }

  private static final class FailingSink implements FrameSink {
    private int written;

    @Override
    public void write(FrameBatch batch, int i) throws IOException {
      if (++written > 1_000) {
        throw new IOException("the disk is full");
      }
    }

    @Override
    public void close() {}
  }
}
