package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.Long2LongHashMap;

/**
 * Spreads rules over the tables of a {@link TupleMergeClassifier}: each rule, in order of rank,
 * goes to the first table that admits it and whose bucket for it is not crowded; else to a new
 * table shaped after the rule. Time is at most rules times {@link #MAX_TABLES}, memory linear in
 * the rules, whatever the rules are: rules that no table can tell apart end as one long bucket.
 */
final class TupleMergePlacement {
  /** Rules of one bucket before the next table is tried. */
  private static final int CROWDED = 16;

  /** Tables made before crowded buckets are put up with. */
  private static final int MAX_TABLES = 128;

  private final RuleSet rules;
  private final List<Table> tables = new ArrayList<>();
  private final Map<TupleMask, Table> byMask = new HashMap<>();

  private static final class Table {
    private final TupleMask mask;
    private final IntArrayList members = new IntArrayList();

    /** Members a key has. Keys are 64-bit digests; two keys taken for one just look crowded. */
    private final Long2LongHashMap crowd = new Long2LongHashMap(0);

    private Table(TupleMask mask) {
      this.mask = mask;
    }
  }

  private TupleMergePlacement(RuleSet rules) {
    this.rules = rules;
  }

  static TupleMergeClassifier compile(RuleSet rules) {
    var placement = new TupleMergePlacement(rules);
    for (int rule = 0; rule < rules.size(); rule++) {
      placement.place(rule);
    }
    return placement.build();
  }

  private void place(int rule) {
    TupleMask exact = TupleMask.exact(rules, rule);
    for (Table table : tables) {
      if (table.mask.admits(exact) && add(table, rule, CROWDED)) {
        return;
      }
    }
    Table relaxed = tableOf(exact.relaxed(), TupleMask.NOTHING);
    if (!add(relaxed, rule, CROWDED)) {
      add(tableOf(exact, relaxed.mask), rule, Integer.MAX_VALUE);
    }
  }

  /**
   * @param instead mask of the table to use if there are too many tables for another
   */
  private Table tableOf(TupleMask wanted, TupleMask instead) {
    boolean fits = byMask.containsKey(wanted) || tables.size() < MAX_TABLES;
    return byMask.computeIfAbsent(
        fits ? wanted : instead,
        mask -> {
          var table = new Table(mask);
          tables.add(table);
          return table;
        });
  }

  private boolean add(Table table, int rule, int limit) {
    long key = key(table.mask, rule);
    long crowd = table.crowd.get(key);
    if (crowd >= limit) {
      return false;
    }
    table.crowd.put(key, crowd + 1);
    table.members.addInt(rule);
    return true;
  }

  private long key(TupleMask mask, int rule) {
    long addresses =
        (long) (rules.sourceNetwork(rule) & mask.source()) << 32
            | (rules.destinationNetwork(rule) & mask.destination()) & 0xffff_ffffL;
    long rest =
        (long) (rules.portsFirst(rule) & mask.ports()) << 8
            | rules.protocol(rule) & mask.protocol();
    long key = addresses * 0x9e37_79b9_7f4a_7c15L;
    key = (key ^ key >>> 32 ^ rest) * 0xc2b2_ae3d_27d4_eb4fL;
    return key ^ key >>> 29;
  }

  private TupleMergeClassifier build() {
    tables.sort(Comparator.comparingInt(table -> table.members.getInt(0)));
    TupleMask[] masks = new TupleMask[tables.size()];
    int[][] members = new int[tables.size()][];
    for (int t = 0; t < masks.length; t++) {
      masks[t] = tables.get(t).mask;
      members[t] = tables.get(t).members.toIntArray();
    }
    return new TupleMergeClassifier(rules, masks, members);
  }
}
