package io.vpcrig.acl.match;

import io.vpcrig.acl.TakenApart.BoxReader;
import io.vpcrig.model.PortRange;
import java.util.ArrayList;
import java.util.List;

/**
 * What a table tests of a header, as it stands there: sound tables hold prefixes and ranges, and
 * those that are not sound are to be shown as they are.
 *
 * @param source bits that do not count may be set
 * @param sourcePortFirst behind the last, if no port matches
 * @param protocol 0..255 where a header's can match
 */
record MaskedRule(
    int source,
    int sourceMask,
    int destination,
    int destinationMask,
    int sourcePortFirst,
    int sourcePortLast,
    int destinationPortFirst,
    int destinationPortLast,
    int protocol,
    int protocolMask) {
  private static final int LAST_PORT = 0xffff;
  private static final int PROTOCOLS = 256;

  /** Most gaps of a mask that are shown one by one. */
  private static final int MOST_GAPS = 6;

  /** First and last number. */
  private record Range(int first, int last) {}

  /**
   * Hands over the headers that match.
   *
   * @param isCertain whether they get this position or a smaller one
   */
  void show(int position, boolean isCertain, BoxReader reader) {
    if (Math.max(sourcePortFirst, destinationPortFirst) > LAST_PORT
        || sourcePortFirst > sourcePortLast
        || destinationPortFirst > destinationPortLast) {
      return;
    }
    PortRange from = new PortRange(sourcePortFirst, Math.min(LAST_PORT, sourcePortLast));
    PortRange to = new PortRange(destinationPortFirst, Math.min(LAST_PORT, destinationPortLast));
    boolean isWhole =
        isCertain
            && Integer.bitCount(gaps(sourceMask)) <= MOST_GAPS
            && Integer.bitCount(gaps(destinationMask)) <= MOST_GAPS;
    for (Range protocols : protocols()) {
      for (Range sources : ranges(source, sourceMask)) {
        for (Range destinations : ranges(destination, destinationMask)) {
          reader.box(
              sources.first,
              sources.last,
              destinations.first,
              destinations.last,
              from,
              to,
              protocols.first,
              protocols.last,
              position,
              isWhole);
        }
      }
    }
  }

  /** Bits that do not count behind the last that does. */
  private static int tail(int mask) {
    return mask == 0 ? -1 : Integer.lowestOneBit(mask) - 1;
  }

  /** Bits that do not count and have some below them that do. */
  private static int gaps(int mask) {
    return ~mask & ~tail(mask);
  }

  /** Addresses that a mask lets match; what lies between the first and the last, if too many. */
  private static List<Range> ranges(int address, int mask) {
    int network = address & mask;
    int gaps = gaps(mask);
    if (Integer.bitCount(gaps) > MOST_GAPS) {
      return List.of(new Range(network, network | ~mask));
    }
    List<Range> ranges = new ArrayList<>();
    int subset = 0;
    do {
      ranges.add(new Range(network | subset, network | subset | tail(mask)));
      subset = subset - gaps & gaps;
    } while (subset != 0);
    return ranges;
  }

  private List<Range> protocols() {
    List<Range> ranges = new ArrayList<>();
    for (int k = 0; k < PROTOCOLS; k++) {
      int first = k;
      while (k < PROTOCOLS && ((k ^ protocol) & protocolMask) == 0) {
        k++;
      }
      if (first < k) {
        ranges.add(new Range(first, k - 1));
      }
    }
    return ranges;
  }
}
