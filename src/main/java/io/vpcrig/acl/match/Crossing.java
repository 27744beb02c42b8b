package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleSet;
import java.util.stream.IntStream;

/**
 * What makes one cross product of all rules explode. Rules that name a source and hardly a
 * destination cross with those that name a destination and hardly a source: a thousand of each make
 * a million pairs of addresses with a list of their own, though no rule names any of them.
 */
enum Crossing {
  /** Rules that name both addresses, or hardly any: they do not cross. */
  NEITHER,

  /** A source, hardly a destination. */
  BY_SOURCE,

  /** A destination, hardly a source. */
  BY_DESTINATION;

  /** Shorter prefixes hardly name anything. */
  private static final int LONG_PREFIX = 8;

  static Crossing of(RuleSet rules, int rule) {
    boolean source = Integer.bitCount(rules.sourceMask(rule)) >= LONG_PREFIX;
    boolean destination = Integer.bitCount(rules.destinationMask(rule)) >= LONG_PREFIX;
    return source == destination ? NEITHER : source ? BY_SOURCE : BY_DESTINATION;
  }

  /** Positions of the rules of this kind, ascending. */
  int[] members(RuleSet rules) {
    return IntStream.range(0, rules.size()).filter(rule -> of(rules, rule) == this).toArray();
  }

  /** How many pairs of addresses will have a list of their own at least, about. */
  static long pairs(RuleSet rules) {
    long sources = PrefixTree.ofSources(rules, BY_SOURCE.members(rules)).size();
    long destinations = PrefixTree.ofDestinations(rules, BY_DESTINATION.members(rules)).size();
    return sources * destinations / 4;
  }
}
