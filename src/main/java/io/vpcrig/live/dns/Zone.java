package io.vpcrig.live.dns;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.GuestSettings;
import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * The names that a VPC's router knows by itself: hosts, and {@code data-server} for the gateway of
 * whoever asks. Immutable; any thread.
 */
final class Zone {
  private static final Name REVERSE = Name.fromConstantString("in-addr.arpa.");
  private static final int REVERSE_LABELS = REVERSE.labels() + 4;

  /** Whose reverse zones nobody outside knows (RFC 6303 4). */
  private static final List<Cidr> PRIVATE =
      List.of(
          Ipv4Text.parseCidr("10.0.0.0/8"),
          Ipv4Text.parseCidr("172.16.0.0/12"),
          Ipv4Text.parseCidr("192.168.0.0/16"),
          Ipv4Text.parseCidr("169.254.0.0/16"));

  private final Vpc vpc;
  private final Name domain;
  private final Name dataServer;
  private final Map<Name, Integer> addresses = new HashMap<>();
  private final Map<Integer, Name> names = new HashMap<>();

  Zone(Vpc vpc) {
    this.vpc = vpc;
    GuestSettings guests = vpc.guests();
    domain = name(guests.domain(), Name.root).orElseThrow();
    dataServer = name("data-server", domain).orElseThrow();
    for (Host host : vpc.hosts()) {
      name(host.name(), domain)
          .ifPresent(
              full -> {
                addresses.putIfAbsent(full, host.address());
                names.putIfAbsent(host.address(), full);
              });
    }
    for (Segment.Tier tier : vpc.tiers()) {
      names.putIfAbsent(tier.address(), dataServer);
    }
  }

  /** A name; empty if it is too long for one, in a label or in all (RFC 1035 2.3.4). */
  private static Optional<Name> name(String text, Name origin) {
    try {
      return Optional.of(Name.fromString(text, origin));
    } catch (TextParseException e) {
      return Optional.empty();
    }
  }

  /**
   * The address of a name.
   *
   * @param segment who asks came by
   */
  Optional<Integer> address(Name name, int segment) {
    Name full = isPlain(name) ? under(name) : name;
    if (full.equals(dataServer)) {
      return Optional.of(vpc.segments().get(segment).address());
    }
    return Optional.ofNullable(addresses.get(full));
  }

  /** The name at a name of the reverse zone. */
  Optional<Name> pointer(Name name) {
    return reversed(name).map(names::get);
  }

  /**
   * Whether nobody else can know a name: it is in the domain, has no dot, or is the reverse of a
   * private address.
   */
  boolean isOurs(Name name) {
    return isPlain(name)
        || name.subdomain(domain)
        || reversed(name)
            .filter(
                address ->
                    vpc.cidr().contains(address)
                        || PRIVATE.stream().anyMatch(range -> range.contains(address)))
            .isPresent();
  }

  /** Whether it has one label, the root apart. */
  private static boolean isPlain(Name name) {
    return name.labels() == 2;
  }

  private Name under(Name plain) {
    return name(plain.getLabelString(0), domain).orElse(plain);
  }

  /** The address whose reverse a name is. */
  private static Optional<Integer> reversed(Name name) {
    if (name.labels() != REVERSE_LABELS || !name.subdomain(REVERSE)) {
      return Optional.empty();
    }
    int address = 0;
    for (int k = 3; k >= 0; k--) {
      String label = name.getLabelString(k);
      if (!label.matches("[0-9]{1,3}") || Integer.parseInt(label) > 255) {
        return Optional.empty();
      }
      address = address << 8 | Integer.parseInt(label);
    }
    return Optional.of(address);
  }
}
