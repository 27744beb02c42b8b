package io.vpcrig.config;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Conntrack;
import io.vpcrig.model.GuestSettings;
import io.vpcrig.model.Host;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.Redundancy;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.model.VxlanSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A VPC on its way from text to model. A name is in a map as soon as it is declared, with an empty
 * value if what it stands for could not be read: then a reference to it is no further error.
 */
final class Draft {
  String name = "";
  Origin origin = Origin.BUILT_IN;
  Semantics semantics = Semantics.INTENDED;
  Optional<Cidr> cidr = Optional.empty();
  VxlanSettings vxlan = VxlanSettings.DEFAULT;
  Conntrack conntrack = Conntrack.DEFAULT;
  String domain = GuestSettings.DEFAULT.domain();
  final List<Integer> resolvers = new ArrayList<>();

  /** By segment. */
  final Map<String, Integer> mtus = new HashMap<>();

  /** By host. */
  final Map<String, GuestSettings.GuestData> guestData = new HashMap<>();

  Optional<Redundancy> redundancy = Optional.empty();

  /** All kinds: names of segments are one namespace. */
  final Map<String, SegmentDraft> segments = new LinkedHashMap<>();

  /** Names of segments whose value is no mapping, or that are used twice. */
  final Set<String> broken = new HashSet<>();

  final Map<String, Optional<AclList>> lists = new LinkedHashMap<>();
  final Map<String, Optional<Located<Host>>> hosts = new LinkedHashMap<>();
  final Map<Integer, Host> hostsByAddress = new HashMap<>();
  final Map<Integer, YamlValue> sourceNat = new LinkedHashMap<>();
  final List<Located<StaticNat>> staticNats = new ArrayList<>();
  final List<Located<PortForward>> portForwards = new ArrayList<>();
  final List<Located<LoadBalancer>> loadBalancers = new ArrayList<>();
  final List<Located<StaticRoute>> staticRoutes = new ArrayList<>();

  boolean isBroken(String segment) {
    return broken.contains(segment);
  }

  List<SegmentDraft> segments(SegmentDraft.Kind kind) {
    return segments.values().stream().filter(segment -> segment.kind() == kind).toList();
  }

  List<SegmentDraft> publics() {
    return segments(SegmentDraft.Kind.PUBLIC);
  }

  List<SegmentDraft> tiers() {
    return segments(SegmentDraft.Kind.TIER);
  }

  List<String> names(SegmentDraft.Kind kind) {
    return segments(kind).stream().map(SegmentDraft::name).toList();
  }

  /** The tier an address is in, of those whose subnet could be read. */
  Optional<SegmentDraft> tierOf(int address) {
    for (SegmentDraft segment : segments.values()) {
      if (segment.kind() == SegmentDraft.Kind.TIER
          && segment.subnet().isPresent()
          && segment.subnet().get().contains(address)) {
        return Optional.of(segment);
      }
    }
    return Optional.empty();
  }

  /** Whether every segment of a kind has a subnet, so that "in none of them" means something. */
  boolean subnetsKnown(SegmentDraft.Kind kind) {
    return segments(kind).stream().allMatch(segment -> segment.subnet().isPresent());
  }

  /** Addresses that guests leave with: the given ones, or the first public network's own. */
  List<Integer> sourceNatAddresses() {
    if (!sourceNat.isEmpty()) {
      return List.copyOf(sourceNat.keySet());
    }
    return publics().stream().limit(1).flatMap(first -> first.address().stream()).toList();
  }

  /** The model; only if no error was reported. */
  Vpc toVpc() {
    Map<String, AclList> known = new LinkedHashMap<>();
    lists.forEach((listName, list) -> known.put(listName, list.orElseThrow()));
    return new Vpc(
        name,
        cidr.orElseThrow(),
        semantics,
        publics().stream().map(SegmentDraft::toPublic).toList(),
        tiers().stream().map(SegmentDraft::toTier).toList(),
        segments(SegmentDraft.Kind.PRIVATE_GATEWAY).stream()
            .map(SegmentDraft::toPrivateGateway)
            .toList(),
        vxlan,
        known,
        hosts.values().stream().map(host -> host.orElseThrow().value()).toList(),
        List.copyOf(sourceNat.keySet()),
        staticNats.stream().map(Located::value).toList(),
        portForwards.stream().map(Located::value).toList(),
        loadBalancers.stream().map(Located::value).toList(),
        staticRoutes.stream().map(Located::value).toList(),
        conntrack,
        mtus,
        new GuestSettings(domain, resolvers, guestData),
        redundancy,
        origin);
  }
}
