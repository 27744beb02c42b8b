package io.vpcrig.query.regions;

import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where two VPCs make something else of a connection's first packet: another verdict, another
 * segment or next hop, another translation. Segments are the same if their names are. Thread: that
 * of the space.
 */
public final class VpcDifference {
  /** What does not come to lists, routes and NAT. */
  private static final Set<Reason> IDLE =
      EnumSet.of(
          Reason.SWITCHED,
          Reason.LOCAL_ECHO,
          Reason.LOCAL_INPUT,
          Reason.INPUT,
          Reason.MULTICAST,
          Reason.IPV4_ADDRESS,
          Reason.SESSION_INVALID,
          Reason.ICMP_UNRELATED);

  private final Vpc before;
  private final Vpc after;
  private final Headers headers;
  private final VpcRegions ones;
  private final VpcRegions others;

  public VpcDifference(HeaderSpace space, Vpc before, Vpc after) {
    this.before = before;
    this.after = after;
    headers = new Headers(space);
    ones = new VpcRegions(space, before);
    others = new VpcRegions(space, after);
  }

  /**
   * What changes for packets that enter by a segment.
   *
   * @param changes do not overlap
   * @param unreal what is no header
   * @param idle what stays as it was, and is switched, malformed or for the router itself; and what
   *     is no header
   * @param belonging headers whose source is expected behind the segment, and is not the router's;
   *     others are strangers
   */
  public record Changes(
      Segment in, List<VpcChange> changes, HeaderSet unreal, HeaderSet idle, HeaderSet belonging) {
    /** What boxes of a set may hold beside it. Behind a public network is the whole world. */
    WideBoxes.Slack slack(HeaderSet set) {
      HeaderSet loose = set.overlaps(belonging) ? idle.or(belonging.not()) : idle;
      return new WideBoxes.Slack(unreal, in instanceof Segment.Public ? loose : idle, loose);
    }
  }

  /** Names of the segments that both have. */
  public List<String> segments() {
    List<String> names = new ArrayList<>(names(before));
    names.retainAll(names(after));
    return names;
  }

  /** Names of the segments of one VPC that another has not. */
  public static List<String> missing(Vpc of, Vpc in) {
    List<String> names = new ArrayList<>(names(of));
    names.removeAll(names(in));
    return names;
  }

  private static List<String> names(Vpc vpc) {
    return vpc.segments().stream().map(Segment::name).toList();
  }

  /**
   * Everything that changes for packets that enter by a segment of both.
   *
   * @throws io.vpcrig.symbolic.UndecidedException if time or memory ran out
   */
  public Changes changes(String segment) {
    List<Region> was = ones.of(segment);
    List<Region> is = others.of(segment);
    Map<Effect, HeaderSet> wasBy = byEffect(was);
    Map<Effect, HeaderSet> isBy = byEffect(is);
    HeaderSet empty = headers.space().empty();
    HeaderSet changed = empty;
    for (Map.Entry<Effect, HeaderSet> entry : wasBy.entrySet()) {
      HeaderSet same = isBy.getOrDefault(entry.getKey(), empty);
      changed = changed.or(entry.getValue().minus(same));
    }
    List<VpcChange> changes = new ArrayList<>();
    for (Region one : was) {
      HeaderSet left = one.headers().and(changed);
      for (Region other : is) {
        if (left.isEmpty()) {
          break;
        }
        HeaderSet both = left.and(other.headers());
        if (!both.isEmpty()) {
          changes.add(new VpcChange(one, other, both));
          left = left.minus(both);
        }
      }
    }
    Segment in = before.segments().get(before.segmentIndex(segment));
    HeaderSet belonging =
        new Likely(headers, before, in).belonging().minus(ones.fromOwn()).minus(others.fromOwn());
    HeaderSet unreal = ones.all().not();
    HeaderSet idle = idle(was).and(idle(is)).minus(changed).or(unreal);
    return new Changes(in, changes, unreal, idle, belonging);
  }

  private static Map<Effect, HeaderSet> byEffect(List<Region> regions) {
    Map<Effect, HeaderSet> sets = new LinkedHashMap<>();
    for (Region region : regions) {
      sets.merge(region.effect(), region.headers(), HeaderSet::or);
    }
    return sets;
  }

  private HeaderSet idle(List<Region> regions) {
    HeaderSet idle = headers.space().empty();
    for (Region region : regions) {
      if (IDLE.contains(region.ground().reason())) {
        idle = idle.or(region.headers());
      }
    }
    return idle;
  }

  /** Shows examples of what changes. */
  public Witnesses witnesses(Changes changes) {
    return new Witnesses(
        before, after, changes.in().name(), new Likely(headers, before, changes.in()), headers);
  }
}
