package io.vpcrig.bench;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Makes headers for a rule set: each is drawn from a rule, a quarter of the values of every field
 * being the first of its range, a quarter the last, the others anywhere in it; so ends and insides
 * of ranges are met. The rule it was drawn from matches it, an earlier one may match it first.
 * Equal orders give equal headers.
 *
 * @param count of headers
 * @param skew over the rules
 * @param distinct no two headers are equal
 * @param missPercent part of the headers, 0..100, that no rule matches: anything at random
 */
public record TrafficGenerator(int count, Skew skew, boolean distinct, int missPercent) {
  /** Draws for one header before giving up. */
  private static final int MAX_TRIES = 10_000;

  private static final int[] ANY_PROTOCOL = {Protocol.TCP, Protocol.UDP, Protocol.ICMP};

  private record Header(int source, int destination, int ports, int protocol, int rule) {
    /** The same, whatever rule it was made from. */
    private Header bare() {
      return new Header(source, destination, ports, protocol, 0);
    }
  }

  public TrafficGenerator {
    if (count < 0 || missPercent < 0 || missPercent > 100) {
      throw new IllegalArgumentException(count + " headers, " + missPercent + " % unmatched");
    }
  }

  /**
   * Makes the headers, in random order.
   *
   * @param rules at least one
   * @throws IllegalArgumentException with a sentence for the operator if these rules do not have
   *     enough distinct headers, or leave none unmatched
   */
  public HeaderTrace generate(RuleSet rules, long seed) {
    var random = new SplittableRandom(seed);
    List<Integer> order = new ArrayList<>(rules.size());
    for (int k = 0; k < rules.size(); k++) {
      order.add(k);
    }
    if (skew != Skew.uniform) {
      shuffle(order, random);
    }
    int misses = (int) ((long) count * missPercent / 100);
    List<Header> headers = new ArrayList<>(count);
    Set<Header> seen = new HashSet<>();
    addHits(rules, order, count - misses, random, headers, seen);
    addMisses(rules, misses, random, headers, seen);
    shuffle(headers, random);
    var trace = new HeaderTrace();
    for (Header header : headers) {
      trace.add(header.source, header.destination, header.ports, header.protocol, header.rule);
    }
    return trace;
  }

  private void addHits(
      RuleSet rules,
      List<Integer> order,
      int wanted,
      SplittableRandom random,
      List<Header> headers,
      Set<Header> seen) {
    int tries = 0;
    while (headers.size() < wanted) {
      int rule = order.get(skew.rank(order.size(), random));
      Header header = draw(rules.rule(rule), rule, random);
      if (!distinct || seen.add(header.bare())) {
        headers.add(header);
        tries = 0;
      } else if (++tries == MAX_TRIES) {
        throw new IllegalArgumentException(
            "%d distinct headers with skew %s were asked for, and %d tries after number %d found no"
                    .formatted(wanted, skew, MAX_TRIES, headers.size())
                + " further one: the rules match too few");
      }
    }
  }

  private void addMisses(
      RuleSet rules, int wanted, SplittableRandom random, List<Header> headers, Set<Header> seen) {
    if (wanted == 0) {
      return;
    }
    Classifier classifier = Classifiers.choose(rules).classifier();
    int tries = 0;
    for (int missing = wanted; missing > 0; ) {
      Header header =
          new Header(
              random.nextInt(),
              random.nextInt(),
              random.nextInt(),
              ANY_PROTOCOL[random.nextInt(3)],
              HeaderTrace.UNKNOWN);
      boolean hit =
          classifier.classify(header.source, header.destination, header.ports, header.protocol)
              != Classifier.NONE;
      if (!hit && (!distinct || seen.add(header.bare()))) {
        headers.add(header);
        missing--;
        tries = 0;
      } else if (++tries == MAX_TRIES) {
        throw new IllegalArgumentException(
            "headers that no rule matches were asked for, and none was among "
                + MAX_TRIES
                + " random ones");
      }
    }
  }

  private static Header draw(MatchRule rule, int number, SplittableRandom random) {
    int source = (int) pick(rule.source().network(), ~rule.source().mask(), random);
    int destination = (int) pick(rule.destination().network(), ~rule.destination().mask(), random);
    int sourcePort = port(rule.sourcePorts(), random);
    int destinationPort = port(rule.destinationPorts(), random);
    int protocol =
        rule.protocol() == Protocol.ALL ? ANY_PROTOCOL[random.nextInt(3)] : rule.protocol();
    return new Header(source, destination, sourcePort << 16 | destinationPort, protocol, number);
  }

  private static int port(PortRange range, SplittableRandom random) {
    return (int) pick(range.first(), range.size() - 1, random);
  }

  /**
   * A value of a range.
   *
   * @param span last less first, 32 bits without sign
   */
  private static long pick(int first, int span, SplittableRandom random) {
    long size = Integer.toUnsignedLong(span) + 1;
    return first
        + switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> size - 1;
          default -> random.nextLong(size);
        };
  }

  private static void shuffle(List<?> list, SplittableRandom random) {
    Collections.shuffle(list, Random.from(random));
  }
}
