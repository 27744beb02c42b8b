package io.vpcrig.config.foreign;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A set of numbers of one header field, as ranges that are apart and in rising order.
 *
 * @param spans none touches another
 */
record Ranges(List<Span> spans) {
  static final Ranges ADDRESSES = of(0, 0xffff_ffffL);
  static final Ranges PORTS = of(0, 0xffff);
  static final Ranges PROTOCOLS = of(0, 0xff);
  static final Ranges NONE = new Ranges(List.of());

  /** First and last number. */
  record Span(long first, long last) {
    long size() {
      return last - first + 1;
    }
  }

  Ranges {
    spans = List.copyOf(spans);
  }

  static Ranges of(long first, long last) {
    return new Ranges(List.of(new Span(first, last)));
  }

  static Ranges of(Cidr cidr) {
    return of(cidr.network() & 0xffff_ffffL, cidr.last() & 0xffff_ffffL);
  }

  static Ranges of(PortRange ports) {
    return of(ports.first(), ports.last());
  }

  boolean isEmpty() {
    return spans.isEmpty();
  }

  long size() {
    return spans.stream().mapToLong(Span::size).sum();
  }

  Ranges or(Ranges other) {
    List<Span> all =
        Stream.concat(spans.stream(), other.spans.stream())
            .sorted(Comparator.comparingLong(Span::first))
            .toList();
    List<Span> merged = new ArrayList<>();
    for (Span span : all) {
      if (!merged.isEmpty() && span.first <= merged.getLast().last + 1) {
        Span before = merged.removeLast();
        merged.add(new Span(before.first, Math.max(before.last, span.last)));
      } else {
        merged.add(span);
      }
    }
    return new Ranges(merged);
  }

  Ranges and(Ranges other) {
    List<Span> both = new ArrayList<>();
    for (int i = 0, j = 0; i < spans.size() && j < other.spans.size(); ) {
      Span mine = spans.get(i);
      Span its = other.spans.get(j);
      long first = Math.max(mine.first, its.first);
      long last = Math.min(mine.last, its.last);
      if (first <= last) {
        both.add(new Span(first, last));
      }
      if (mine.last < its.last) {
        i++;
      } else {
        j++;
      }
    }
    return new Ranges(both);
  }

  Ranges minus(Ranges other) {
    List<Span> left = new ArrayList<>();
    for (Span span : spans) {
      long from = span.first;
      for (Span hole : other.spans) {
        if (hole.last < from || hole.first > span.last) {
          continue;
        }
        if (hole.first > from) {
          left.add(new Span(from, hole.first - 1));
        }
        from = hole.last + 1;
      }
      if (from <= span.last) {
        left.add(new Span(from, span.last));
      }
    }
    return new Ranges(left);
  }

  /** As few prefixes as cover exactly these addresses. */
  List<Cidr> cidrs() {
    List<Cidr> cidrs = new ArrayList<>();
    for (Span span : spans) {
      for (long from = span.first; from <= span.last; ) {
        int bits = from == 0 ? 32 : Long.numberOfTrailingZeros(from);
        bits = Math.min(bits, 63 - Long.numberOfLeadingZeros(span.last - from + 1));
        cidrs.add(new Cidr((int) from, 32 - bits));
        from += 1L << bits;
      }
    }
    return cidrs;
  }

  List<PortRange> ports() {
    return spans.stream().map(span -> new PortRange((int) span.first, (int) span.last)).toList();
  }
}
