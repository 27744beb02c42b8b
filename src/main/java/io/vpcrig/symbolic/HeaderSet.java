package io.vpcrig.symbolic;

import com.github.javabdd.BDD;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A set of headers, exactly. Immutable; two sets of one space are equal when they have the same
 * members. Belongs to the thread of its {@link HeaderSpace}.
 */
public final class HeaderSet {
  private final HeaderSpace space;
  private final BDD bdd;

  HeaderSet(HeaderSpace space, BDD bdd) {
    this.space = space;
    this.bdd = bdd;
  }

  public HeaderSet and(HeaderSet other) {
    return space.make(() -> bdd.and(other.bdd));
  }

  public HeaderSet or(HeaderSet other) {
    return space.make(() -> bdd.or(other.bdd));
  }

  public HeaderSet minus(HeaderSet other) {
    return space.make(() -> bdd.apply(other.bdd, com.github.javabdd.BDDFactory.diff));
  }

  /** Every other header. */
  public HeaderSet not() {
    return space.make(bdd::not);
  }

  public boolean isEmpty() {
    return bdd.isZero();
  }

  public boolean isAll() {
    return bdd.isOne();
  }

  /** Whether every member of {@code other} is one of this. */
  public boolean contains(HeaderSet other) {
    return other.minus(this).isEmpty();
  }

  public boolean overlaps(HeaderSet other) {
    return !and(other).isEmpty();
  }

  public boolean contains(Header header) {
    BDD at = bdd.id();
    while (!at.isZero() && !at.isOne()) {
      BDD next = bit(header, at.var()) ? at.high() : at.low();
      at.free();
      at = next;
    }
    boolean member = at.isOne();
    at.free();
    return member;
  }

  private boolean bit(Header header, int variable) {
    for (Field field : Field.values()) {
      int bit = variable - space.top(field);
      if (bit >= 0 && bit < field.bits()) {
        return (header.field(field) >>> field.bits() - 1 - bit & 1) == 1;
      }
    }
    throw new IllegalStateException("variable " + variable);
  }

  /**
   * A member, in as many of the preferred sets as can be had: each is heeded in turn unless nothing
   * would be left.
   */
  public Optional<Header> pick(HeaderSet... preferred) {
    HeaderSet left = this;
    for (HeaderSet each : preferred) {
      HeaderSet both = left.and(each);
      left = both.isEmpty() ? left : both;
    }
    return left.regions(1).stream().findFirst().map(Box::pick).map(left::nearest);
  }

  /** Boxes are picked by rules of their own, so hold them to the set. */
  private Header nearest(Header header) {
    if (!contains(header)) {
      throw new IllegalStateException("picked " + header + " outside its set");
    }
    return header;
  }

  /**
   * The set as boxes that do not overlap, at most {@code limit} of them; fewer if that is all.
   * Ranges that lie side by side are joined.
   */
  public List<Box> regions(int limit) {
    List<Box> boxes = new ArrayList<>();
    if (limit > 0) {
      new Regions(limit, boxes).walk(bdd.id(), 0, Box.ALL);
    }
    return boxes;
  }

  /** How many members. */
  public BigInteger size() {
    return count(bdd.id(), new HashMap<>())
        .shiftLeft(bdd.isOne() || bdd.isZero() ? HeaderSpace.variables() : bdd.var());
  }

  /** Members below a node, over the variables from the node's own on. */
  private static BigInteger count(BDD node, Map<BDD, BigInteger> known) {
    if (node.isZero() || node.isOne()) {
      return node.isOne() ? BigInteger.ONE : BigInteger.ZERO;
    }
    BigInteger before = known.get(node);
    if (before != null) {
      return before;
    }
    BigInteger sum = BigInteger.ZERO;
    for (BDD child : List.of(node.low(), node.high())) {
      int below = child.isZero() || child.isOne() ? HeaderSpace.variables() : child.var();
      sum = sum.add(count(child, known).shiftLeft(below - node.var() - 1));
    }
    known.put(node, sum);
    return sum;
  }

  /** Nodes of its diagram. */
  public int nodes() {
    return bdd.nodeCount();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeaderSet set && set.space == space && set.bdd.equals(bdd);
  }

  @Override
  public int hashCode() {
    return bdd.hashCode();
  }

  @Override
  public String toString() {
    List<Box> some = regions(4);
    return isEmpty()
        ? "none"
        : some.subList(0, Math.min(3, some.size())) + (some.size() > 3 ? " and more" : "");
  }

  /**
   * Goes field by field: below a node of a field stand the ranges of its values that lead to the
   * same node of the next field.
   */
  private final class Regions {
    private final int limit;
    private final List<Box> boxes;

    Regions(int limit, List<Box> boxes) {
      this.limit = limit;
      this.boxes = boxes;
    }

    /** A range of a field's values, and what is left to decide there. */
    private record Range(long first, long last, BDD rest) {}

    void walk(BDD node, int depth, Box box) {
      if (node.isZero() || boxes.size() >= limit) {
        return;
      }
      if (depth == Field.COUNT) {
        boxes.add(box);
        return;
      }
      Field field = HeaderSpace.order()[depth];
      List<Range> ranges = new ArrayList<>();
      split(node, field, field.bits(), 0, ranges);
      for (Range range : ranges) {
        walk(range.rest, depth + 1, box.with(field, range.first, range.last));
      }
    }

    /** The values {@code value .. value + 2^bits - 1} of a field. */
    private void split(BDD node, Field field, int bits, long value, List<Range> ranges) {
      boolean decided =
          node.isZero() || node.isOne() || node.var() >= space.top(field) + field.bits();
      if (decided || bits == 0) {
        long last = value + (1L << bits) - 1;
        Range before = ranges.isEmpty() ? null : ranges.getLast();
        if (before != null && before.last == value - 1 && before.rest.equals(node)) {
          ranges.set(ranges.size() - 1, new Range(before.first, last, node));
        } else if (!node.isZero()) {
          ranges.add(new Range(value, last, node));
        }
        return;
      }
      boolean tests = node.var() == space.top(field) + field.bits() - bits;
      long half = 1L << bits - 1;
      split(tests ? node.low() : node.id(), field, bits - 1, value, ranges);
      split(tests ? node.high() : node.id(), field, bits - 1, value + half, ranges);
    }
  }
}
