package io.vpcrig.query.regions;

import io.vpcrig.model.Cidr;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * A set as rules would be written: boxes that may overlap, each grown from a likely member until no
 * field can be widened, over headers that do not matter where that makes it simpler.
 */
final class WideBoxes {
  private static final List<Field> ORDER =
      List.of(
          Field.SOURCE_PORT,
          Field.DESTINATION_PORT,
          Field.PROTOCOL,
          Field.DESTINATION,
          Field.SOURCE,
          Field.DESTINATION_PORT);

  /** A prefix may hold this many times the addresses that it stands for. */
  private static final int ROUNDING = 2;

  private final HeaderSpace space;
  private final HeaderSet set;
  private final HeaderSet byPort;
  private final HeaderSet byAddress;
  private final HeaderSet rounded;
  private HeaderSet left;

  WideBoxes(HeaderSpace space, HeaderSet set, Slack slack) {
    this.space = space;
    this.set = set;
    this.byPort = set.or(slack.ports());
    this.byAddress = set.or(slack.addresses());
    this.rounded = set.or(slack.rounding());
    this.left = set;
  }

  /** At most so many boxes with members that no box had before. */
  List<Box> take(Likely likely, int most) {
    List<Box> boxes = new ArrayList<>();
    while (!left.isEmpty() && boxes.size() < most) {
      Box box = around(likely.of(left));
      boxes.add(box);
      left = left.minus(space.of(box));
    }
    return boxes;
  }

  /** Whether the boxes taken hold all members. */
  boolean isAllTaken() {
    return left.isEmpty();
  }

  private Box around(Header header) {
    Box box = Box.of(header);
    for (Field field : ORDER) {
      box = field == Field.PROTOCOL ? anyProtocol(box) : widened(box, field);
    }
    return box;
  }

  /**
   * What boxes may hold beside the members of a set.
   *
   * @param ports where ports are widened
   * @param addresses where addresses or the protocol are
   * @param rounding where a run of addresses is made a prefix
   */
  record Slack(HeaderSet ports, HeaderSet addresses, HeaderSet rounding) {}

  private boolean isIn(HeaderSet allowed, Box box) {
    return allowed.contains(space.of(box));
  }

  private boolean hasMembers(Box box) {
    return set.overlaps(space.of(box));
  }

  /** All protocols or the one, and all only if that brings in members. */
  private Box anyProtocol(Box box) {
    if (!box.isAny(Field.SOURCE_PORT) || !box.isAny(Field.DESTINATION_PORT)) {
      return box;
    }
    Box all = box.with(Field.PROTOCOL, 0, Field.PROTOCOL.last());
    long protocol = box.first(Field.PROTOCOL);
    boolean more =
        protocol > 0 && hasMembers(all.with(Field.PROTOCOL, 0, protocol - 1))
            || protocol < Field.PROTOCOL.last()
                && hasMembers(all.with(Field.PROTOCOL, protocol + 1, Field.PROTOCOL.last()));
    return more && isIn(byAddress, all) ? all : box;
  }

  /** The longest run of values, without what has no members at its ends; a prefix if it can be. */
  private Box widened(Box box, Field field) {
    boolean isAddress = field == Field.SOURCE || field == Field.DESTINATION;
    HeaderSet allowed = isAddress ? byAddress : byPort;
    long first = box.first(field);
    long last = box.last(field);
    long low = least(0, first, value -> isIn(allowed, box.with(field, value, last)));
    long high = most(last, field.last(), value -> isIn(allowed, box.with(field, first, value)));
    if (!isAddress && low == 0 && high == field.last()) {
      return box.with(field, low, high);
    }
    long from = most(low, first, v -> v == low || !hasMembers(box.with(field, low, v - 1)));
    long to = least(last, high, v -> v == high || !hasMembers(box.with(field, v + 1, high)));
    Box run = box.with(field, from, to);
    Box prefix = isAddress ? prefix(run, field) : run;
    boolean isNear = size(prefix, field) <= ROUNDING * size(run, field);
    return isNear && isIn(rounded, prefix) ? prefix : run;
  }

  private static long size(Box box, Field field) {
    return box.last(field) - box.first(field) + 1;
  }

  /** The longest prefix that holds a run of addresses. */
  private static Box prefix(Box run, Field field) {
    long differing = run.first(field) ^ run.last(field);
    int length = Long.numberOfLeadingZeros(differing) - 32;
    Cidr cidr = new Cidr((int) run.first(field), Math.min(32, length));
    return run.with(
        field, Integer.toUnsignedLong(cidr.network()), Integer.toUnsignedLong(cidr.last()));
  }

  /** The smallest value from {@code low} on that holds, where all from there to {@code high} do. */
  private static long least(long low, long high, LongPredicate holds) {
    long from = low;
    long to = high;
    while (from < to) {
      long middle = from + to >>> 1;
      if (holds.test(middle)) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return to;
  }

  /** The largest value up to {@code high} that holds, where all from {@code low} to there do. */
  private static long most(long low, long high, LongPredicate holds) {
    long from = low;
    long to = high;
    while (from < to) {
      long middle = from + to + 1 >>> 1;
      if (holds.test(middle)) {
        from = middle;
      } else {
        to = middle - 1;
      }
    }
    return from;
  }
}
