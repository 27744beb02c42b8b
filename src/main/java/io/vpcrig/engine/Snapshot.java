package io.vpcrig.engine;

import io.vpcrig.acl.AclCompiler;
import io.vpcrig.acl.AclTable;
import io.vpcrig.balance.BalanceCompiler;
import io.vpcrig.balance.BalanceTable;
import io.vpcrig.model.Vpc;
import io.vpcrig.nat.NatCompiler;
import io.vpcrig.nat.NatTable;
import io.vpcrig.route.MtuTable;
import io.vpcrig.route.NeighbourTable;
import io.vpcrig.route.RouteCompiler;
import io.vpcrig.route.RouteTable;
import io.vpcrig.service.InputTable;
import io.vpcrig.service.RouterAddresses;
import io.vpcrig.session.Timeouts;
import io.vpcrig.tunnel.SegmentCompiler;
import io.vpcrig.tunnel.SegmentTable;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the data path needs to know of a VPC, compiled: immutable, complete, numbered. Any
 * thread.
 *
 * @param generation from 1, growing with each change of the VPC; a snapshot of the same generation
 *     decides the same, compiled anew
 */
public record Snapshot(
    int generation,
    Vpc vpc,
    SegmentTable segments,
    AclTable acls,
    NatTable nat,
    RouteTable routes,
    NeighbourTable neighbours,
    MtuTable mtus,
    RouterAddresses router,
    InputTable input,
    BalanceTable balance,
    Timeouts timeouts) {

  /**
   * Compiles a VPC. Fails or succeeds as a whole; the caller keeps what it had until then.
   *
   * @param untagged segment that untagged frames come by, if not told by their source address
   * @throws IllegalArgumentException if {@code untagged} names no segment
   */
  public static Snapshot compile(Vpc vpc, int generation, Optional<String> untagged) {
    return compile(vpc, generation, untagged, AclCompiler.compile(vpc));
  }

  /**
   * Compiles a VPC that comes in the place of this one, as the next generation. Lists and rules
   * that stay keep their numbers, so that counts stay with their rules and sessions name the right
   * ones.
   *
   * @param untagged as for {@link #compile(Vpc, int, Optional)}
   * @throws IllegalArgumentException if {@code untagged} names no segment
   */
  public Snapshot successor(Vpc next, Optional<String> untagged) {
    return compile(next, generation + 1, untagged, AclCompiler.compile(next, Optional.of(acls)));
  }

  /** Compiles all but the lists. */
  static Snapshot compile(Vpc vpc, int generation, Optional<String> untagged, AclTable acls) {
    return new Snapshot(
        generation,
        vpc,
        SegmentCompiler.compile(vpc, untagged),
        acls,
        NatCompiler.compile(vpc),
        RouteCompiler.compile(vpc),
        NeighbourTable.compile(vpc),
        MtuTable.compile(vpc),
        RouterAddresses.compile(vpc),
        InputTable.compile(vpc),
        BalanceCompiler.compile(vpc),
        Timeouts.of(vpc.conntrack()));
  }

  /** With other lists, and the VPC that they are of; all else is shared. */
  Snapshot withLists(int nextGeneration, Vpc nextVpc, AclTable nextAcls) {
    return new Snapshot(
        nextGeneration,
        nextVpc,
        segments,
        nextAcls,
        nat,
        routes,
        neighbours,
        mtus,
        router,
        input,
        balance,
        timeouts);
  }

  /** With other limits of length, by the segment's name; all else is shared. */
  public Snapshot withMtus(Map<String, Integer> limits) {
    Vpc limited = vpc.withMtus(limits);
    return new Snapshot(
        generation,
        limited,
        segments,
        acls,
        nat,
        routes,
        neighbours,
        MtuTable.compile(limited),
        router,
        input,
        balance,
        timeouts);
  }
}
