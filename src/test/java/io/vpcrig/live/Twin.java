package io.vpcrig.live;

import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.io.live.AfPacketPort;
import io.vpcrig.io.live.LivePort;
import io.vpcrig.io.live.UdpSocket;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Redundancy;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A router that is one of two, on a machine of a {@link Switch}. */
final class Twin implements AutoCloseable {
  /**
   * What both share; {@code %s} is the section redundancy. Connections are not picked up in the
   * middle: the router must know them.
   */
  static final String VPC =
      """
      vpc: {name: pair, cidr: 10.10.0.0/16}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      tiers:
        web: {gateway: 10.10.1.1/24, vlan: 101, acl: default_allow}
      conntrack: {tcp-loose: false}
      redundancy: {%s}
      """;

  private final List<LivePort> ports = new ArrayList<>();
  private final LiveRouter router;
  private final Thread thread;
  private volatile Throwable failure;

  /**
   * Starts one.
   *
   * @param redundancy the section
   * @param sync own address on the switch for it and that of the other, or nothing
   */
  Twin(
      Switch wires, String machine, String redundancy, String address, int priority, String... sync)
      throws IOException {
    Vpc shared = Lab.vpc(VPC.formatted(redundancy));
    Redundancy own = shared.redundancy().orElseThrow().with(Ipv4Text.parse(address), priority);
    Vpc vpc = shared.withRedundancy(Optional.of(own));
    PortPlan plan =
        PortPlan.of(
            vpc, List.of(PortAssignment.parse("web=web"), PortAssignment.parse("public=pub")));
    Standby.requirePossible(plan.applyTo(vpc), plan);
    SnapshotCell cell = new SnapshotCell(Snapshot.compile(plan.applyTo(vpc), 1, Optional.empty()));
    router =
        Netns.inside(
            wires.name(machine),
            () -> {
              for (String link : plan.links()) {
                ports.add(AfPacketPort.open(link));
              }
              LiveRouter made =
                  new LiveRouter(
                      plan, ports, cell, PathOptions.DEFAULT.withSessions(50_000), 64, 0);
              if (sync.length > 0) {
                made.synchronise(
                    UdpSocket.open(Ipv4Text.parse(sync[0]), 3780, Ipv4Text.parse(sync[1]), 3780));
              }
              return made;
            });
    thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    router.run();
                  } catch (Throwable e) {
                    failure = e;
                  }
                });
  }

  boolean works() {
    if (failure != null) {
      throw new IllegalStateException("the router failed", failure);
    }
    return router.works();
  }

  /** Frames sent so far. */
  long sent() {
    return ports.stream().mapToLong(port -> port.counters().sent()).sum();
  }

  LiveRouter router() {
    return router;
  }

  /** Ends it, so that the other is told. */
  void stop() throws IOException {
    router.stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    if (failure != null) {
      throw new IllegalStateException("the router failed", failure);
    }
  }

  @Override
  public void close() throws IOException {
    stop();
    router.close();
  }
}
