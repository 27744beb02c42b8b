package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.TakenApart.AddressRanges;
import io.vpcrig.acl.TakenApart.BoxReader;
import java.util.Arrays;
import org.agrona.collections.IntArrayList;

/**
 * Rules kept by one of their addresses: for each class of that address the few rules that it leaves
 * over, by rank. The other fields are tested rule by rule.
 *
 * <pre>
 *   record, 6 ints:  address, mask, source ports, destination ports, protocol, position
 *   ports:           first &lt;&lt; 16 | last
 *   protocol:        mask &lt;&lt; 8 | number
 * </pre>
 *
 * Positions ascend. Each list ends with a record of position -1, which taken without its sign is
 * behind all others.
 */
final class CandidateLists {
  static final int RECORD = 6;
  static final int ADDRESS = 0;
  static final int MASK = 1;
  static final int SOURCE_PORTS = 2;
  static final int DESTINATION_PORTS = 3;
  static final int PROTOCOL = 4;
  static final int POSITION = 5;

  private static final int CROWD = 8;

  private final int[] startOfNode;
  private final int[] records;

  private CandidateLists(int[] startOfNode, int[] records) {
    this.startOfNode = startOfNode;
    this.records = records;
  }

  /** Makes the lists of one side. */
  static final class Builder {
    private final RuleSet rules;
    private final boolean bySource;
    private final int[] members;
    private final Services services;
    private final IntArrayList records = new IntArrayList();

    /**
     * @param members positions of the rules to keep, ascending
     * @param bySource whether they are kept by source; else by destination
     */
    Builder(RuleSet rules, int[] members, boolean bySource) {
      this.rules = rules;
      this.members = members;
      this.bySource = bySource;
      services = new Services(rules, members);
    }

    /**
     * @param tree of the members' addresses, and maybe of others
     * @param longest most rules in one list
     */
    CandidateLists build(PrefixTree tree, int longest, Budget.Meter meter)
        throws OverBudgetException {
      int[] from = new int[tree.size() + 1];
      int[] byNode = tree.byNode(members, from);
      int[][] lists = new int[tree.size()][];
      int[] starts = new int[tree.size()];
      for (int node = 0; node < tree.size(); node++) {
        int parent = tree.parent(node);
        int own = from[node + 1] - from[node];
        if (own == 0 && parent >= 0) {
          lists[node] = lists[parent];
          starts[node] = starts[parent];
          continue;
        }
        // Most of a crowd may be covered by a few, but to find out takes the square of its size.
        checkLength((parent < 0 ? 0 : lists[parent].length) + own, CROWD * longest);
        lists[node] = merged(parent < 0 ? new int[0] : lists[parent], byNode, from[node], own);
        checkLength(lists[node].length, longest);
        starts[node] = records.size();
        write(lists[node]);
        meter.checkBytes(4L * records.size(), "lists of candidates");
        meter.tick();
      }
      return new CandidateLists(starts, records.toIntArray());
    }

    private static void checkLength(int length, int longest) throws OverBudgetException {
      if (length > longest) {
        throw new OverBudgetException("more than " + longest + " rules for one address");
      }
    }

    /** The rules of both, by rank, without those that an earlier one covers. */
    private int[] merged(int[] inherited, int[] byNode, int from, int own) {
      int[] all = Arrays.copyOf(inherited, inherited.length + own);
      System.arraycopy(byNode, from, all, inherited.length, own);
      Arrays.sort(all);
      int n = 0;
      for (int rule : all) {
        if (!isCovered(rule, all, n)) {
          all[n++] = rule;
        }
      }
      return Arrays.copyOf(all, n);
    }

    private boolean isCovered(int rule, int[] better, int count) {
      for (int k = 0; k < count; k++) {
        if (covers(better[k], rule)) {
          return true;
        }
      }
      return false;
    }

    private boolean covers(int rule, int other) {
      int mask = otherMask(rule);
      return (otherNetwork(rule) ^ otherNetwork(other) & mask) == 0
          && (mask & ~otherMask(other)) == 0
          && services.covers(services.ofRule(rule), services.ofRule(other));
    }

    /** The address that does not choose the list. */
    private int otherNetwork(int rule) {
      return bySource ? rules.destinationNetwork(rule) : rules.sourceNetwork(rule);
    }

    private int otherMask(int rule) {
      return bySource ? rules.destinationMask(rule) : rules.sourceMask(rule);
    }

    private void write(int[] list) {
      for (int rule : list) {
        records.addInt(otherNetwork(rule));
        records.addInt(otherMask(rule));
        records.addInt(ports(rule, 16));
        records.addInt(ports(rule, 0));
        records.addInt(rules.protocolMask(rule) << 8 | rules.protocol(rule));
        records.addInt(rule);
      }
      for (int k = 0; k < RECORD; k++) {
        records.addInt(-1);
      }
    }

    private int ports(int rule, int shift) {
      int first = rules.portsFirst(rule) >>> shift & 0xffff;
      return first << 16 | first + (rules.portsSpan(rule) >>> shift & 0xffff);
    }
  }

  /** How many rules the list of a node holds. */
  int length(int node) {
    int at = startOfNode[node];
    while (records[at + POSITION] != -1) {
      at += RECORD;
    }
    return (at - startOfNode[node]) / RECORD;
  }

  /** Where the list of a node begins. */
  int start(int node) {
    return startOfNode[node];
  }

  /**
   * The better of {@code best} and of the first rule of a list that matches; positions, -1 for
   * none.
   *
   * @param other the address that did not choose the list
   */
  int find(int start, int other, int ports, int protocol, int best) {
    int source = ports >>> 16;
    int destination = ports & 0xffff;
    for (int at = start; Integer.compareUnsigned(records[at + POSITION], best) < 0; at += RECORD) {
      int protocols = records[at + PROTOCOL];
      int sources = records[at + SOURCE_PORTS];
      int destinations = records[at + DESTINATION_PORTS];
      int differ =
          (other ^ records[at + ADDRESS]) & records[at + MASK]
              | (protocol ^ protocols) & protocols >>> 8;
      int outside =
          source - (sources >>> 16)
              | (sources & 0xffff) - source
              | destination - (destinations >>> 16)
              | (destinations & 0xffff) - destination;
      if (differ == 0 && outside >= 0) {
        return records[at + POSITION];
      }
    }
    return best;
  }

  /**
   * Every record as the boxes that it matches for each range of the address it is kept by. Where
   * positions do not ascend, look-ups may stop before a record.
   *
   * @param nodes ranges of that address, by node
   */
  void each(AddressRanges nodes, boolean bySource, BoxReader reader) {
    for (int range = 0; range < nodes.firsts().length; range++) {
      int node = nodes.classes()[range];
      if (node < 0 || node >= startOfNode.length) {
        continue; // The table of that address's classes shows that this breaks.
      }
      int first = nodes.firsts()[range];
      int last = range + 1 < nodes.firsts().length ? nodes.firsts()[range + 1] - 1 : -1;
      int before = -1;
      for (int at = start(node); records[at + POSITION] != -1; at += RECORD) {
        int position = records[at + POSITION];
        boolean isCertain = Integer.compareUnsigned(before + 1, position + 1) < 0;
        before = isCertain ? position : before;
        rule(at, bySource)
            .show(
                position,
                isCertain,
                (sFirst, sLast, dFirst, dLast, sourcePorts, destinationPorts, from, to, p, whole) ->
                    reader.box(
                        bySource ? first : sFirst,
                        bySource ? last : sLast,
                        bySource ? dFirst : first,
                        bySource ? dLast : last,
                        sourcePorts,
                        destinationPorts,
                        from,
                        to,
                        p,
                        whole));
      }
    }
  }

  /** What a record tests; any address matches on the side that it is kept by. */
  private MaskedRule rule(int at, boolean bySource) {
    int address = records[at + ADDRESS];
    int mask = records[at + MASK];
    int sources = records[at + SOURCE_PORTS];
    int destinations = records[at + DESTINATION_PORTS];
    return new MaskedRule(
        bySource ? 0 : address,
        bySource ? 0 : mask,
        bySource ? address : 0,
        bySource ? mask : 0,
        sources >>> 16,
        sources & 0xffff,
        destinations >>> 16,
        destinations & 0xffff,
        records[at + PROTOCOL],
        records[at + PROTOCOL] >>> 8);
  }

  int[] starts() {
    return startOfNode;
  }

  int[] records() {
    return records;
  }

  long memoryBytes() {
    return 4L * (startOfNode.length + records.length);
  }
}
