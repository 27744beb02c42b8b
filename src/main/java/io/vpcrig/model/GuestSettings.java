package io.vpcrig.model;

import java.util.List;
import java.util.Map;

/**
 * What the router tells guests when they boot.
 *
 * @param domain the VPC's domain, without a dot at its end; hosts are names in it
 * @param resolvers where names outside the domain are asked for, in order; none: nowhere
 * @param data by the host's name
 */
public record GuestSettings(String domain, List<Integer> resolvers, Map<String, GuestData> data) {
  /** CloudStack's {@code guest.domain.suffix}, and nobody to ask. */
  public static final GuestSettings DEFAULT =
      new GuestSettings("cloud.internal", List.of(), Map.of());

  /**
   * What a host finds at the metadata address beside what the VPC says of it.
   *
   * @param userData as it is served
   * @param metaData by key, in place of or beside the usual ones
   */
  public record GuestData(String userData, Map<String, String> metaData) {
    public static final GuestData NONE = new GuestData("", Map.of());

    public GuestData {
      metaData = Map.copyOf(metaData);
    }
  }

  public GuestSettings {
    resolvers = List.copyOf(resolvers);
    data = Map.copyOf(data);
  }

  /** Of a host. */
  public GuestData of(Host host) {
    return data.getOrDefault(host.name(), GuestData.NONE);
  }
}
