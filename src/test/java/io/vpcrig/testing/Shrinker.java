package io.vpcrig.testing;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Packet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Makes a mismatch small: packets, then parts of the VPC, are left out as long as two routers still
 * disagree about some packet.
 */
final class Shrinker {
  private final ProbeRouter.Factory factory;
  private Mismatch smallest;

  /** 1, unless the routers agree as long as packets are sent one by one. */
  private int atOnce = 1;

  private Shrinker(Mismatch found, ProbeRouter.Factory factory) {
    this.factory = factory;
    this.smallest = found;
  }

  static Mismatch shrink(Mismatch found, int atOnce, ProbeRouter.Factory factory) {
    Shrinker shrinker = new Shrinker(found, factory);
    if (!shrinker.stillFails(found.vpc(), found.packets())) {
      shrinker.atOnce = atOnce;
      if (!shrinker.stillFails(found.vpc(), found.packets())) {
        return found;
      }
    }
    shrinker.packets();
    shrinker.vpc();
    shrinker.packets();
    return shrinker.smallest;
  }

  /** Whether there is a difference of the same sort; remembers it. */
  private boolean stillFails(Vpc vpc, List<Packet> packets) {
    if (!isSound(vpc, packets)) {
      return false;
    }
    Optional<Mismatch> again =
        Differential.replay(vpc, packets, atOnce, factory)
            .filter(m -> m.sort().equals(smallest.sort()));
    again.ifPresent(mismatch -> smallest = mismatch);
    return again.isPresent();
  }

  /** Whether nothing is mentioned that is not there. */
  private static boolean isSound(Vpc vpc, List<Packet> packets) {
    Set<String> segments = new HashSet<>();
    vpc.segments().forEach(segment -> segments.add(segment.name()));
    Set<String> hosts = new HashSet<>();
    vpc.hosts().forEach(host -> hosts.add(host.name()));
    return packets.stream().allMatch(p -> segments.contains(p.in()))
        && vpc.hosts().stream().allMatch(h -> segments.contains(h.tier()))
        && vpc.staticRoutes().stream().allMatch(r -> segments.contains(r.gateway()))
        && vpc.staticNats().stream().allMatch(n -> hosts.contains(n.host().name()))
        && vpc.portForwards().stream().allMatch(f -> hosts.contains(f.host().name()))
        && vpc.loadBalancers().stream().allMatch(b -> segments.contains(b.tier()));
  }

  /** Leaves out runs of packets, ever shorter ones. */
  private void packets() {
    for (int run = smallest.packets().size() / 2; run >= 1; run /= 2) {
      int from = 0;
      while (from + run < smallest.packets().size()) {
        List<Packet> left = new ArrayList<>(smallest.packets());
        left.subList(from, from + run).clear();
        if (!stillFails(smallest.vpc(), left)) {
          from += run;
        }
      }
    }
  }

  private void vpc() {
    for (Part<?> part : PARTS) {
      leaveOut(part);
    }
    for (String name : List.copyOf(smallest.vpc().lists().keySet())) {
      for (int k = smallest.vpc().lists().get(name).rules().size() - 1; k >= 0; k--) {
        stillFails(withoutRule(smallest.vpc(), name, k), smallest.packets());
      }
    }
  }

  private <T> void leaveOut(Part<T> part) {
    for (int k = part.of(smallest.vpc()).size() - 1; k >= 0; k--) {
      List<T> left = new ArrayList<>(part.of(smallest.vpc()));
      left.remove(k);
      stillFails(part.with(smallest.vpc(), left), smallest.packets());
    }
  }

  private static Vpc withoutRule(Vpc vpc, String name, int k) {
    Map<String, AclList> lists = new LinkedHashMap<>(vpc.lists());
    var rules = new ArrayList<>(lists.get(name).rules());
    rules.remove(k);
    lists.put(name, new AclList(name, rules, lists.get(name).origin()));
    return new VpcParts(vpc).lists(lists).build();
  }

  /** A list of things in a VPC. */
  private interface Part<T> {
    List<T> of(Vpc vpc);

    Vpc with(Vpc vpc, List<T> left);

    static <T> Part<T> of(Function<Vpc, List<T>> get, BiFunction<VpcParts, List<T>, VpcParts> set) {
      return new Part<>() {
        @Override
        public List<T> of(Vpc vpc) {
          return get.apply(vpc);
        }

        @Override
        public Vpc with(Vpc vpc, List<T> left) {
          return set.apply(new VpcParts(vpc), left).build();
        }
      };
    }
  }

  private static final List<Part<?>> PARTS =
      List.of(
          Part.of(Vpc::loadBalancers, VpcParts::loadBalancers),
          Part.of(Vpc::portForwards, VpcParts::portForwards),
          Part.of(Vpc::staticNats, VpcParts::staticNats),
          Part.of(Vpc::sourceNat, VpcParts::sourceNat),
          Part.of(Vpc::staticRoutes, VpcParts::staticRoutes),
          Part.of(Vpc::privateGateways, VpcParts::privateGateways),
          Part.of(Vpc::publics, VpcParts::publics),
          Part.of(Vpc::hosts, VpcParts::hosts),
          Part.of(Vpc::tiers, VpcParts::tiers));
}
