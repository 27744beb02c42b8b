package io.vpcrig.nat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The forwardings of one public address and protocol: ports cut into intervals inside which the
 * same forwardings apply, found by binary search.
 *
 * <pre>
 *   rules      |---- a (some clients) ----|      |-- c --|
 *                     |------ b (all) ------|
 *   intervals  [ a   )[ a b               )[ b  )[ c    )[ none
 * </pre>
 *
 * Immutable.
 */
final class PortMap {
  /**
   * One forwarding.
   *
   * @param target what it leads to
   * @param networks clients it serves, network addresses; empty: all
   * @param masks of {@code networks}
   */
  record Rule(int first, int last, int target, int[] networks, int[] masks) {
    private boolean serves(int client) {
      for (int k = 0; k < networks.length; k++) {
        if ((client & masks[k]) == networks[k]) {
          return true;
        }
      }
      return networks.length == 0;
    }
  }

  /** First port of each interval, ascending, the first 0. */
  private final int[] from;

  /** Rules of each interval in order of mention, cut after the first that serves all. */
  private final Rule[][] rules;

  private PortMap(int[] from, Rule[][] rules) {
    this.from = from;
    this.rules = rules;
  }

  /** The target of the first rule in order of mention that fits; {@link NatTable#NONE} if none. */
  int find(int port, int client) {
    int at = Arrays.binarySearch(from, port);
    for (Rule rule : rules[at < 0 ? -at - 2 : at]) {
      if (rule.serves(client)) {
        return rule.target;
      }
    }
    return NatTable.NONE;
  }

  /** Sweeps over the ports once, with the rules that hold at each point in order of mention. */
  static PortMap of(List<Rule> mentioned) {
    var begins = new TreeMap<Integer, List<Integer>>();
    var ends = new TreeMap<Integer, List<Integer>>();
    var points = new TreeSet<>(List.of(0));
    for (int k = 0; k < mentioned.size(); k++) {
      Rule rule = mentioned.get(k);
      begins.computeIfAbsent(rule.first, p -> new ArrayList<>()).add(k);
      ends.computeIfAbsent(rule.last + 1, p -> new ArrayList<>()).add(k);
      points.add(rule.first);
      points.add(rule.last + 1);
    }
    int[] from = points.stream().mapToInt(Integer::intValue).toArray();
    Rule[][] rules = new Rule[from.length][];
    var holding = new TreeSet<Integer>();
    for (int k = 0; k < from.length; k++) {
      holding.addAll(begins.getOrDefault(from[k], List.of()));
      ends.getOrDefault(from[k], List.of()).forEach(holding::remove);
      rules[k] = reachable(mentioned, holding);
    }
    return new PortMap(from, rules);
  }

  private static Rule[] reachable(List<Rule> mentioned, TreeSet<Integer> holding) {
    var reached = new ArrayList<Rule>();
    for (int k : holding) {
      reached.add(mentioned.get(k));
      if (mentioned.get(k).networks.length == 0) {
        break;
      }
    }
    return reached.toArray(Rule[]::new);
  }
}
