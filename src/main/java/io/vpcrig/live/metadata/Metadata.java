package io.vpcrig.live.metadata;

import io.vpcrig.model.GuestSettings.GuestData;
import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.Vpc;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the router tells a guest of itself. As on the real router, the caller's address says who it
 * is: who comes with another's address is told the other's.
 *
 * <pre>
 *   latest/user-data                      as the VPC file gives it
 *   latest/meta-data/                     the keys, one a line
 *   latest/meta-data/KEY                  local-ipv4, local-hostname, public-ipv4, public-hostname,
 *                                         instance-id, vm-id, and what the VPC file gives
 * </pre>
 *
 * Stateless.
 */
final class Metadata {
  private static final String USER_DATA = "/latest/user-data";
  private static final String META_DATA = "/latest/meta-data";

  private Metadata() {}

  /** The answer to a guest. */
  static HttpAnswer get(Vpc vpc, int caller, String path) {
    Optional<Host> host = vpc.hosts().stream().filter(each -> each.address() == caller).findFirst();
    if (host.isEmpty()) {
      return HttpAnswer.NOT_FOUND;
    }
    GuestData data = vpc.guests().of(host.get());
    if (path.equals(USER_DATA) || path.equals(USER_DATA + "/")) {
      return HttpAnswer.ok(data.userData());
    }
    if (path.equals(META_DATA) || path.equals(META_DATA + "/")) {
      return HttpAnswer.ok(String.join("\n", all(vpc, host.get(), data).keySet()) + "\n");
    }
    String value =
        path.startsWith(META_DATA + "/")
            ? all(vpc, host.get(), data).get(path.substring(META_DATA.length() + 1))
            : null;
    return value == null ? HttpAnswer.NOT_FOUND : HttpAnswer.ok(value);
  }

  private static Map<String, String> all(Vpc vpc, Host host, GuestData data) {
    Map<String, String> all = new TreeMap<>();
    all.put("instance-id", host.name());
    all.put("vm-id", host.name());
    all.put("local-hostname", host.name());
    all.put("local-ipv4", Ipv4Text.format(host.address()));
    publicAddress(vpc, host)
        .map(Ipv4Text::format)
        .ifPresent(
            address -> {
              all.put("public-ipv4", address);
              all.put("public-hostname", address);
            });
    all.putAll(data.metaData());
    return all;
  }

  /** The address that a host leaves with. */
  private static Optional<Integer> publicAddress(Vpc vpc, Host host) {
    return vpc.staticNats().stream()
        .filter(nat -> nat.host().address() == host.address())
        .map(StaticNat::publicAddress)
        .findFirst()
        .or(() -> vpc.sourceNatAddresses().stream().findFirst());
  }
}
