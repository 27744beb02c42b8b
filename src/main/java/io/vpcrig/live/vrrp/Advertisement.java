package io.vpcrig.live.vrrp;

import java.util.List;

/**
 * What the working router says of itself.
 *
 * @param source its own address
 * @param version of VRRP, 2 or 3
 * @param id virtual router identifier, 1..255
 * @param priority 0..255; 0: it stops working
 * @param intervalCs until the next one, centiseconds
 * @param addresses the virtual ones, at most 255
 */
public record Advertisement(
    int source, int version, int id, int priority, int intervalCs, List<Integer> addresses) {
  public Advertisement {
    addresses = List.copyOf(addresses);
  }
}
