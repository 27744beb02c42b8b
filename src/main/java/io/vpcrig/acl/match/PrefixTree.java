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

  private final long[] keys;
  private final int[] parent;
  private final int[] end;
  private final int[] nodeOfMember;

  private PrefixTree(int[] members, IntUnaryOperator network, IntUnaryOperator mask) {
    long[] all = new long[members.length + 1];
    for (int k = 0; k < members.length; k++) {
      all[k + 1] =
          key(network.applyAsInt(members[k]), Integer.bitCount(mask.applyAsInt(members[k])));
    }
    keys = Arrays.stream(all).sorted().distinct().toArray();
    parent = new int[keys.length];
    end = new int[keys.length];
    link();
    nodeOfMember = new int[members.length];
    for (int k = 0; k < members.length; k++) {
      nodeOfMember[k] = Arrays.binarySearch(keys, all[k + 1]);
    }
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
   * @param member index in the members, not a rule's position
   */
  int nodeOf(int member) {
    return nodeOfMember[member];
  }

  /**
   * Members by node: those of {@code node} are {@code [from[node], from[node + 1])} of the rest.
   */
  int[] membersByNode(int[] from) {
    for (int node : nodeOfMember) {
      from[node + 1]++;
    }
    for (int node = 0; node < keys.length; node++) {
      from[node + 1] += from[node];
    }
    int[] next = from.clone();
    int[] sorted = new int[nodeOfMember.length];
    for (int member = 0; member < sorted.length; member++) {
      sorted[next[nodeOfMember[member]]++] = member;
    }
    return sorted;
  }

  private boolean contains(int node, int address) {
    int length = length(node);
    return length == 0 || (address ^ network(node)) >>> 32 - length == 0;
  }
}
