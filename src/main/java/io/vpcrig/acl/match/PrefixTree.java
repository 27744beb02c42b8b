package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleSet;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * The distinct prefixes of one address field of some rules, as nodes of a tree: the parent of a
 * prefix is the longest one around it. Nodes are numbered in preorder, that is by network and then
 * by length, so a node's descendants are the numbers from it to its {@link #end}. Node 0 is
 * 0.0.0.0/0, whether a rule has it or not.
 *
 * <p>An address belongs to the node of the longest prefix around it; the rules that match the field
 * are those of that node and of its ancestors. So nodes are the equivalence classes of the field.
 */
final class PrefixTree {
  private static final int LENGTH_BITS = 6;

  private final IntUnaryOperator network;
  private final IntUnaryOperator mask;
  private final long[] keys;
  private final int[] parent;
  private final int[] end;

  private PrefixTree(int[] members, IntUnaryOperator network, IntUnaryOperator mask) {
    this.network = network;
    this.mask = mask;
    long[] all = new long[members.length + 1];
    for (int k = 0; k < members.length; k++) {
      all[k + 1] = key(members[k]);
    }
    keys = Arrays.stream(all).sorted().distinct().toArray();
    parent = new int[keys.length];
    end = new int[keys.length];
    link();
  }

  /**
   * @param members positions of the rules that count
   */
  static PrefixTree ofSources(RuleSet rules, int[] members) {
    return new PrefixTree(members, rules::sourceNetwork, rules::sourceMask);
  }

  /**
   * @param members positions of the rules that count
   */
  static PrefixTree ofDestinations(RuleSet rules, int[] members) {
    return new PrefixTree(members, rules::destinationNetwork, rules::destinationMask);
  }

  private long key(int rule) {
    return key(network.applyAsInt(rule), Integer.bitCount(mask.applyAsInt(rule)));
  }

  private static long key(int network, int length) {
    return (network & 0xffff_ffffL) << LENGTH_BITS | length;
  }

  private void link() {
    int[] path = new int[34];
    int depth = 0;
    for (int node = 0; node < keys.length; node++) {
      while (depth > 0 && !contains(path[depth - 1], network(node))) {
        end[path[--depth]] = node;
      }
      parent[node] = depth == 0 ? -1 : path[depth - 1];
      path[depth++] = node;
    }
    while (depth > 0) {
      end[path[--depth]] = keys.length;
    }
  }

  int size() {
    return keys.length;
  }

  int network(int node) {
    return (int) (keys[node] >>> LENGTH_BITS);
  }

  /** 0..32. */
  int length(int node) {
    return (int) keys[node] & (1 << LENGTH_BITS) - 1;
  }

  /** -1 for node 0. */
  int parent(int node) {
    return parent[node];
  }

  /** The node behind the last descendant. */
  int end(int node) {
    return end[node];
  }

  /**
   * For each node, the node of another tree that its addresses belong to.
   *
   * @param other of some of the members
   */
  int[] nodesIn(PrefixTree other) {
    int[] nodes = new int[keys.length];
    for (int node = 1; node < keys.length; node++) {
      int own = Arrays.binarySearch(other.keys, keys[node]);
      nodes[node] = own >= 0 ? own : nodes[parent[node]];
    }
    return nodes;
  }

  /** The node that an address belongs to. */
  int find(int address) {
    int at = Arrays.binarySearch(keys, key(address, 32));
    int node = at >= 0 ? at : -at - 2;
    while (!contains(node, address)) {
      node = parent[node];
    }
    return node;
  }

  /** The node of the prefix of a member. */
  int nodeOf(int rule) {
    return Arrays.binarySearch(keys, key(rule));
  }

  /**
   * Members sorted by node, those of one node by rank.
   *
   * @param members some or all of those that the tree was made of, ascending
   * @param from becomes, for each node and one more, where its members begin
   */
  int[] byNode(int[] members, int[] from) {
    int[] nodes = new int[members.length];
    for (int k = 0; k < members.length; k++) {
      nodes[k] = nodeOf(members[k]);
      from[nodes[k] + 1]++;
    }
    for (int node = 0; node < keys.length; node++) {
      from[node + 1] += from[node];
    }
    int[] next = from.clone();
    int[] sorted = new int[members.length];
    for (int k = 0; k < members.length; k++) {
      sorted[next[nodes[k]]++] = members[k];
    }
    return sorted;
  }

  private boolean contains(int node, int address) {
    int length = length(node);
    return length == 0 || (address ^ network(node)) >>> 32 - length == 0;
  }
}
