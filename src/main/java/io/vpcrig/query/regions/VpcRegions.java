package io.vpcrig.query.regions;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a VPC makes of the first packet of every connection, as sets of headers: one partition for
 * each segment that packets enter by. The router has seen nothing before; a TCP packet is a SYN, no
 * TTL runs out, an ICMP error is about no session. Thread: that of the space.
 */
public final class VpcRegions {
  private final Vpc vpc;
  private final Headers headers;
  private final Lists lists;
  private final List<Route> routes;
  private final Set<Integer> own = new HashSet<>();
  private final HeaderSet all;
  private final HeaderSet toOwn;
  private final HeaderSet fromOwn;

  public VpcRegions(HeaderSpace space, Vpc vpc) {
    this.vpc = vpc;
    headers = new Headers(space);
    lists = new Lists(space, vpc);
    routes = Route.of(vpc);
    own.addAll(vpc.publicAddresses());
    own.addAll(vpc.virtualAddresses().keySet());
    vpc.segments().forEach(segment -> own.add(segment.address()));
    all = headers.all();
    toOwn = headers.toAny(own);
    fromOwn = headers.fromAny(own.stream().map(a -> new Cidr(a, 32)).toList());
  }

  /**
   * The partition of a segment: regions that do not overlap and together are {@link #all}.
   *
   * @throws io.vpcrig.symbolic.UndecidedException if time or memory ran out
   */
  public List<Region> of(String segment) {
    Segment in = vpc.segments().get(vpc.segmentIndex(segment));
    return new FirstPackets(this, in).regions();
  }

  /** Every header that a frame can have and the data path takes. */
  public HeaderSet all() {
    return all;
  }

  /** A header that people would expect to enter by a segment. */
  public Header likely(String segment) {
    Segment in = vpc.segments().get(vpc.segmentIndex(segment));
    return new Likely(headers, vpc, in).of(all);
  }

  Vpc vpc() {
    return vpc;
  }

  boolean isShipped() {
    return vpc.semantics() == Semantics.SHIPPED;
  }

  Headers headers() {
    return headers;
  }

  Lists lists() {
    return lists;
  }

  List<Route> routes() {
    return routes;
  }

  /** Whether the router answers for an address. */
  boolean isOwn(int address) {
    return own.contains(address);
  }

  HeaderSet toOwn() {
    return toOwn;
  }

  HeaderSet fromOwn() {
    return fromOwn;
  }

  /** Last addresses of the segments that have a broadcast (RFC 3021). */
  Collection<Integer> broadcasts() {
    return vpc.segments().stream()
        .filter(segment -> segment.subnet().length() < 31)
        .map(segment -> segment.subnet().last())
        .toList();
  }
}
