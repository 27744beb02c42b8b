package io.vpcrig.query.regions;

import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Regions in the making: sets that are given the same effect on the same ground are joined. */
final class Partition {
  private record Key(Effect effect, Ground ground) {}

  private final Map<Key, HeaderSet> sets = new LinkedHashMap<>();

  /** Adds headers that are in no region yet. */
  void add(HeaderSet set, Effect effect, Ground ground) {
    if (!set.isEmpty()) {
      sets.merge(new Key(effect, ground), set, HeaderSet::or);
    }
  }

  /** Drops those of a set that are in another; the rest. */
  HeaderSet drop(HeaderSet set, HeaderSet which, Reason reason) {
    add(set.and(which), Effect.DROP, Ground.of(reason));
    return set.minus(which);
  }

  List<Region> regions() {
    List<Region> regions = new ArrayList<>();
    sets.forEach((key, set) -> regions.add(new Region(set, key.effect, key.ground)));
    return regions;
  }
}
