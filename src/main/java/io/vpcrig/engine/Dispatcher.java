package io.vpcrig.engine;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameRow;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.util.HashSet;
import java.util.Set;
import org.agrona.collections.IntHashSet;

/**
 * Which worker a frame belongs to. Everything that can touch one connection goes to one worker:
 * both directions, ICMP errors about it, its fragments, and any other connection whose source NAT
 * port could clash with it. So a worker decides from its own state alone, and what it decides does
 * not depend on how many workers there are.
 *
 * <p>The rule: where one end is outside, the outside address decides, since NAT never changes it.
 * Between two addresses inside, both decide, in either order. Where the router's own addresses or
 * hosts that public addresses lead to are involved (hairpin NAT changes both ends), worker 0 takes
 * it.
 *
 * <p>A load balancer needs one worker if clients share what decides (turns, open connections,
 * health, a table of sticky clients), or if members see the router, so that their answers do not
 * tell the client. Then worker 0 takes all that is for its address. Where that does not do (members
 * see the clients; or the address serves something else, whose answers do not name it) worker 0
 * takes all traffic with the outside. Balancers by {@code source} and {@code maglev} that keep the
 * client, without stickiness and health, choose by a pure function and spread like all else.
 *
 * <p>Immutable; any thread.
 */
final class Dispatcher {
  private final int workers;
  private final int network;
  private final int mask;
  private final IntHashSet own = new IntHashSet();
  private final IntHashSet hairpin = new IntHashSet();

  /** Addresses of load balancers that worker 0 takes whoever the client is. */
  private final IntHashSet balanced = new IntHashSet();

  /** Whether worker 0 takes all traffic with the outside. */
  private final boolean together;

  Dispatcher(Vpc vpc, int workers) {
    if (workers < 1 || workers > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(workers + " workers, legal 1..127");
    }
    this.workers = workers;
    Cidr cidr = vpc.cidr();
    network = cidr.network();
    mask = cidr.mask();
    Set<Integer> addresses = new HashSet<>(vpc.publicAddresses());
    for (Segment segment : vpc.segments()) {
      addresses.add(segment.address());
    }
    own.addAll(addresses);
    vpc.staticNats().forEach(nat -> hairpin.add(nat.host().address()));
    vpc.portForwards().forEach(forward -> hairpin.add(forward.host().address()));
    own.addAll(vpc.virtualAddresses().keySet());
    for (LoadBalancer balancer : vpc.loadBalancers()) {
      balancer.members().forEach(member -> hairpin.add(member.host().address()));
      if (needsOneWorker(balancer)) {
        balanced.add(balancer.address());
      }
    }
    hairpin.addAll(own);
    together = vpc.loadBalancers().stream().anyMatch(b -> needsOneWorker(b) && !isApart(vpc, b));
  }

  private static boolean needsOneWorker(LoadBalancer balancer) {
    boolean pure =
        (balancer.algorithm() == LoadBalancer.Algorithm.SOURCE
                || balancer.algorithm() == LoadBalancer.Algorithm.MAGLEV)
            && balancer.stickiness().isEmpty()
            && balancer.health().isEmpty();
    return !(pure && balancer.keepsClient());
  }

  /** Whether all traffic of a balancer with the outside names its address, and no other does. */
  private static boolean isApart(Vpc vpc, LoadBalancer balancer) {
    int address = balancer.address();
    return !balancer.keepsClient()
        && !vpc.sourceNatAddresses().contains(address)
        && vpc.staticNats().stream().noneMatch(nat -> nat.publicAddress() == address)
        && vpc.portForwards().stream().noneMatch(forward -> forward.publicAddress() == address)
        && vpc.loadBalancers().stream()
            .noneMatch(other -> other.address() == address && other.keepsClient());
  }

  /** The worker of frame {@code i}, which decap has been over; 0..workers-1. */
  int workerOf(FrameBatch batch, int i) {
    if (batch.plain[i] != 0) {
      long row = batch.row(i);
      return workerOf(Bytes.raw32(row + FrameRow.SOURCE), Bytes.raw32(row + FrameRow.DESTINATION));
    }
    if (batch.verdict[i] != Verdict.PENDING || batch.family[i] != 4) {
      return (int) (batch.number[i] % workers);
    }
    int a = batch.sourceAddress[i];
    int b = batch.destinationAddress[i];
    if (batch.protocol[i] == Protocol.ICMP
        && batch.l4[i] != FrameBatch.NONE
        && !Ipv4.isFragment(batch.fragment[i])) {
      int quote = batch.l4[i] + Icmp.QUOTE;
      if (Icmp.isError(batch.ports[i] >>> 8 & 0xff)
          && quote + Ipv4.MIN_LENGTH <= batch.start[i] + batch.length[i]) {
        a = Ipv4.source(batch.bytes, quote);
        b = Ipv4.destination(batch.bytes, quote);
      }
    }
    return workerOf(a, b);
  }

  private int workerOf(int a, int b) {
    boolean outsideA = isOutside(a);
    boolean outsideB = isOutside(b);
    int key;
    if (outsideA != outsideB) {
      if (together || balanced.contains(outsideA ? b : a)) {
        return 0;
      }
      key = outsideA ? a : b;
    } else if (!outsideA && (hairpin.contains(a) || hairpin.contains(b))) {
      return 0;
    } else {
      key = a * 0x9e3779b1 ^ b * 0x9e3779b1;
    }
    key *= 0x85ebca6b;
    key ^= key >>> 15;
    return (int) ((key * 0x9e3779b1L & 0xffff_ffffL) * workers >>> 32);
  }

  private boolean isOutside(int address) {
    return ((address ^ network) & mask) != 0 && !own.contains(address);
  }
}
