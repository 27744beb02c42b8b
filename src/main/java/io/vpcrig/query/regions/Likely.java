package io.vpcrig.query.regions;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Host;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import java.util.ArrayList;
import java.util.List;

/** Which headers of a set people would rather see as its example. Thread: that of the space. */
final class Likely {
  private static final int CLIENT_PORT = 40_000;
  private static final int ECHO_REQUEST = 8;

  /** 198.51.100.7, of TEST-NET-2 (RFC 5737). */
  private static final int SOMEBODY = 0xc633_6407;

  private final HeaderSet belonging;
  private final HeaderSet[] preferred;

  /**
   * @param in segment that the headers enter by
   */
  Likely(Headers headers, Vpc vpc, Segment in) {
    Box tcp = Headers.protocol(Protocol.TCP);
    Box udp = Headers.protocol(Protocol.UDP);
    Box echo = Headers.service(Protocol.ICMP, ECHO_REQUEST << 8, ECHO_REQUEST << 8);
    HeaderSpace space = headers.space();
    belonging = sources(headers, vpc, in);
    preferred =
        new HeaderSet[] {
          belonging,
          headers.fromAny(
              in instanceof Segment.Tier ? hosts(vpc, in) : List.of(new Cidr(SOMEBODY, 32))),
          space.union(List.of(tcp, udp, echo)),
          space.union(List.of(tcp, udp)),
          space.of(tcp),
          headers.toAny(vpc.hosts().stream().map(Host::address).toList()),
          headers.to(SOMEBODY),
          space.union(
              List.of(
                  client(Protocol.TCP),
                  client(Protocol.UDP),
                  Headers.protocol(Protocol.ICMP).with(Field.SOURCE_PORT, 0, 0)))
        };
  }

  private static Box client(int protocol) {
    return Headers.service(protocol, 1, 0xffff).with(Field.SOURCE_PORT, CLIENT_PORT, CLIENT_PORT);
  }

  /** Headers whose source is expected behind the segment. */
  HeaderSet belonging() {
    return belonging;
  }

  /** Those that belong behind the segment. */
  private static HeaderSet sources(Headers headers, Vpc vpc, Segment in) {
    return switch (in) {
      case Segment.Tier tier -> unicast(headers, tier.subnet());
      case Segment.Public network -> {
        List<Cidr> elsewhere = new ArrayList<>(List.of(vpc.cidr()));
        vpc.privateGateways().forEach(gateway -> elsewhere.add(gateway.subnet()));
        vpc.staticRoutes().forEach(route -> elsewhere.add(route.cidr()));
        yield headers.fromAny(elsewhere).not();
      }
      case Segment.PrivateGateway gateway -> {
        HeaderSet behind = unicast(headers, gateway.subnet());
        for (StaticRoute route : vpc.staticRoutes()) {
          if (route.gateway().equals(gateway.name())) {
            behind = behind.or(unicast(headers, route.cidr()));
          }
        }
        yield behind;
      }
    };
  }

  private static HeaderSet unicast(Headers headers, Cidr cidr) {
    Box box =
        Box.ALL.with(
            Field.SOURCE,
            Integer.toUnsignedLong(cidr.network()) + (cidr.length() < 31 ? 4 : 0),
            Integer.toUnsignedLong(cidr.last()) - (cidr.length() < 31 ? 1 : 0));
    return headers.space().of(box);
  }

  private static List<Cidr> hosts(Vpc vpc, Segment in) {
    return vpc.hosts().stream()
        .filter(host -> host.tier().equals(in.name()))
        .map(host -> new Cidr(host.address(), 32))
        .toList();
  }

  /** A header of a set that is not empty. */
  Header of(HeaderSet set) {
    return set.pick(preferred).orElseThrow();
  }
}
