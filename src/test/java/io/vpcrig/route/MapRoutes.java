package io.vpcrig.route;

import io.vpcrig.model.Cidr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The slow, obvious twin of {@link PrefixTable}: a map per prefix length, longest asked first. */
final class MapRoutes {
  private final List<Map<Integer, Integer>> byLength = new ArrayList<>();

  MapRoutes() {
    for (int length = 0; length <= 32; length++) {
      byLength.add(new HashMap<>());
    }
  }

  int add(int address, int length, int nextHop) {
    Integer before = byLength.get(length).put(address & Cidr.mask(length), nextHop);
    return before == null ? PrefixTable.NONE : before;
  }

  int withdraw(int address, int length) {
    Integer before = byLength.get(length).remove(address & Cidr.mask(length));
    return before == null ? PrefixTable.NONE : before;
  }

  int find(int address) {
    for (int length = 32; length >= 0; length--) {
      Integer nextHop = byLength.get(length).get(address & Cidr.mask(length));
      if (nextHop != null) {
        return nextHop;
      }
    }
    return PrefixTable.NONE;
  }

  boolean has(int address, int length) {
    return byLength.get(length).containsKey(address & Cidr.mask(length));
  }

  int size() {
    return byLength.stream().mapToInt(Map::size).sum();
  }

  List<Cidr> prefixes() {
    List<Cidr> all = new ArrayList<>();
    for (int length = 0; length <= 32; length++) {
      for (int address : byLength.get(length).keySet()) {
        all.add(new Cidr(address, length));
      }
    }
    return all;
  }
}
