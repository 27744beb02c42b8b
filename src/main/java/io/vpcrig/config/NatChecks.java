package io.vpcrig.config;

import io.vpcrig.config.SegmentDraft.Kind;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.StaticNat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What must hold between public addresses and everything that uses them: what CloudStack's API
 * refuses when a rule is made (cloudstack.md 3.2, 4.1). Port forwards and balancers share an
 * address, as with an offering in conserve mode, and the source NAT address may carry both.
 */
final class NatChecks {
  private static final int DNS = 53;
  private static final String BALANCER = "load balancer";

  private final Draft draft;
  private final List<SegmentDraft> publics;
  private final Map<Integer, Located<StaticNat>> staticNats = new HashMap<>();

  NatChecks(Draft draft) {
    this.draft = draft;
    this.publics = draft.publics();
  }

  void run() {
    draft.sourceNat.forEach(this::checkPublic);
    checkStaticNats();
    List<Listener> listeners = listeners();
    for (Listener listener : listeners) {
      if (listener.fields().has("public")) {
        checkPublic(listener.address(), listener.fields().at("public"));
        refuseStaticNat(listener);
        if (listener.isBalancer()) {
          refuseNameService(listener);
        }
      }
    }
    checkTiers(listeners);
    checkPorts(listeners);
  }

  /** A port forward or a balancer. */
  private record Listener(
      String what,
      int address,
      int protocol,
      PortRange ports,
      String portKey,
      List<Cidr> sources,
      String tier,
      YamlFields fields) {
    private boolean isBalancer() {
      return what.equals(BALANCER);
    }

    private String described() {
      return what + " on line " + fields.origin().line();
    }

    private long key() {
      return (long) address << 8 | protocol;
    }

    private boolean clashes(Listener other) {
      return ports.overlaps(other.ports) && !sourcesApart(other);
    }

    /** Only port forwards have sources; none are all. */
    private boolean sourcesApart(Listener other) {
      return !sources.isEmpty()
          && !other.sources.isEmpty()
          && sources.stream().noneMatch(cidr -> other.sources.stream().anyMatch(cidr::overlaps));
    }
  }

  private List<Listener> listeners() {
    List<Listener> all = new ArrayList<>();
    for (Located<PortForward> located : draft.portForwards) {
      PortForward forward = located.value();
      all.add(
          new Listener(
              "port forward",
              forward.publicAddress(),
              forward.protocol(),
              forward.ports(),
              "ports",
              forward.sources(),
              forward.host().tier(),
              located.fields()));
    }
    for (Located<LoadBalancer> located : draft.loadBalancers) {
      LoadBalancer balancer = located.value();
      all.add(
          new Listener(
              BALANCER,
              balancer.address(),
              balancer.protocol(),
              new PortRange(balancer.port(), balancer.port()),
              "port",
              List.of(),
              balancer.tier(),
              located.fields()));
    }
    return all;
  }

  private void checkPublic(int address, YamlValue at) {
    String text = "address " + Ipv4Text.format(address);
    Optional<SegmentDraft> home =
        publics.stream()
            .filter(p -> p.subnet().isPresent() && p.subnet().get().contains(address))
            .findFirst();
    if (home.isEmpty()) {
      if (publics.isEmpty()) {
        at.error(text + " is public, but there is no public network; add segments: public");
      } else if (draft.subnetsKnown(Kind.PUBLIC)) {
        String legal = SegmentChecks.legal(publics.getFirst().subnet().orElseThrow());
        at.error(
            text
                + " is in no public network"
                + legal
                + (publics.size() > 1 ? " or in another public network" : "")
                + "; change it or add a network under segments");
      }
      return;
    }
    Cidr subnet = home.get().subnet().orElseThrow();
    String legal = SegmentChecks.legal(subnet) + "; choose another";
    if (subnet.length() < 31 && (address == subnet.network() || address == subnet.last())) {
      at.error(
          text
              + " is the "
              + (address == subnet.last() ? "broadcast" : "network")
              + " address of "
              + home.get().described()
              + legal);
    } else if (home.get().gateway().filter(gateway -> gateway == address).isPresent()) {
      at.error(text + " is the gateway of " + home.get().described() + legal);
    }
  }

  private void checkStaticNats() {
    List<Integer> sourceNat = draft.sourceNatAddresses();
    Map<Integer, Located<StaticNat>> byHost = new HashMap<>();
    for (Located<StaticNat> located : draft.staticNats) {
      StaticNat nat = located.value();
      YamlValue at = located.fields().at("public");
      checkPublic(nat.publicAddress(), at);
      if (sourceNat.contains(nat.publicAddress())) {
        at.error(
            "address "
                + Ipv4Text.format(nat.publicAddress())
                + " is the source NAT address, legal any other public address; choose another");
      }
      Located<StaticNat> first = staticNats.putIfAbsent(nat.publicAddress(), located);
      if (first != null) {
        at.error(
            "address "
                + Ipv4Text.format(nat.publicAddress())
                + " has a static NAT on line "
                + first.fields().origin().line()
                + ", legal one; choose another address");
      }
      Host host = nat.host();
      Located<StaticNat> other = byHost.putIfAbsent(host.address(), located);
      if (other != null) {
        located
            .fields()
            .at(located.fields().has("host") ? "host" : "address")
            .error(
                "host "
                    + host.name()
                    + " has a static NAT on line "
                    + other.fields().origin().line()
                    + ", legal one; remove one");
      }
    }
  }

  private void refuseStaticNat(Listener listener) {
    Located<StaticNat> nat = staticNats.get(listener.address());
    if (nat != null) {
      listener
          .fields()
          .at("public")
          .error(
              "address "
                  + Ipv4Text.format(listener.address())
                  + " has a static NAT on line "
                  + nat.fields().origin().line()
                  + ", which takes all its ports; use another address");
    }
  }

  /** The router serves names there itself, whatever the transport. */
  private void refuseNameService(Listener listener) {
    if (listener.ports().contains(DNS) && draft.sourceNatAddresses().contains(listener.address())) {
      listener
          .fields()
          .at(listener.portKey())
          .error(
              "port 53 of "
                  + Ipv4Text.format(listener.address())
                  + ", which is the source NAT address, is the router's own name service, legal any"
                  + " other port; use another port or another address");
    }
  }

  private void checkTiers(List<Listener> listeners) {
    Map<Integer, Listener> first = new HashMap<>();
    for (Listener listener : listeners) {
      Listener other = first.putIfAbsent(listener.address(), listener);
      if (other != null && !other.tier().equals(listener.tier())) {
        listener
            .fields()
            .at("public")
            .error(
                "address "
                    + Ipv4Text.format(listener.address())
                    + " serves tier "
                    + other.tier()
                    + " ("
                    + other.described()
                    + "), legal one tier for an address; use another address for tier "
                    + listener.tier());
      }
    }
  }

  private static void checkPorts(List<Listener> listeners) {
    Map<Long, List<Listener>> byAddress = new HashMap<>();
    for (Listener listener : listeners) {
      byAddress.computeIfAbsent(listener.key(), key -> new ArrayList<>()).add(listener);
    }
    for (List<Listener> group : byAddress.values()) {
      checkGroup(group);
    }
  }

  /** By first port, so that a listener is compared only with those that begin before its end. */
  private static void checkGroup(List<Listener> group) {
    List<Listener> sorted = new ArrayList<>(group);
    sorted.sort(Comparator.comparingInt(listener -> listener.ports().first()));
    for (int i = 0; i < sorted.size(); i++) {
      Listener one = sorted.get(i);
      for (int k = i + 1;
          k < sorted.size() && sorted.get(k).ports().first() <= one.ports().last();
          k++) {
        if (one.clashes(sorted.get(k))) {
          reportClash(one, sorted.get(k));
          break;
        }
      }
    }
  }

  private static void reportClash(Listener one, Listener other) {
    boolean inOrder = one.fields().origin().line() <= other.fields().origin().line();
    Listener first = inOrder ? one : other;
    Listener later = inOrder ? other : one;
    later
        .fields()
        .at(later.portKey())
        .error(
            Protocol.name(later.protocol())
                + " port "
                + later.ports()
                + " of "
                + Ipv4Text.format(later.address())
                + " is taken by the "
                + first.described()
                + " ("
                + first.ports()
                + "), legal once; choose another port, or give both forwards cidrs that are apart");
  }
}
