package io.vpcrig.query.prove;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.TakenApart;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.UndecidedException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Proves that a compiled form answers the first matching rule for each of the 2^104 headers.
 *
 * <p>A form that can be taken apart answers the smallest position of its parts, so it is right if
 * two things hold, and both are looked up in its tables, cell by cell:
 *
 * <ul>
 *   <li>never too early: where a part answers a position, that rule matches all headers of the
 *       cell;
 *   <li>never too late: every header of a rule gets that rule's position or a smaller one from one
 *       of the parts.
 * </ul>
 *
 * <p>Where one does not hold, a header of the cell is asked of the form and of the rules: if they
 * differ, that is a counter-example; if not, nothing was decided. Thread: one.
 */
public final class CompiledProof {
  private static final int CLOCK_INTERVAL = 1 << 12;

  /** A rule is given up on when smaller positions leave more of it than this. */
  private static final int MOST_PIECES = 1 << 12;

  private final RuleSet rules;
  private final Classifier form;
  private final Box[] boxes;
  private final long startNs = System.nanoTime();
  private final long limitNs;
  private long steps;
  private Difference difference;
  private Header doubtful;

  /**
   * A header that the form and the rules answer differently.
   *
   * @param expected position of the first rule that matches, {@link Classifier#NONE} if none
   * @param actual what the form answers
   */
  public record Difference(Header header, int expected, int actual) {}

  private CompiledProof(RuleSet rules, Classifier form, Duration limit) {
    this.rules = rules;
    this.form = form;
    limitNs = limit.toNanos();
    boxes = rules.rules().stream().map(CompiledProof::box).toArray(Box[]::new);
  }

  /**
   * A counter-example; empty if the form is right.
   *
   * @throws UndecidedException if it can't be told: no time left, or a form that can't be taken
   *     apart and is right wherever it was tried
   */
  public static Optional<Difference> of(RuleSet rules, Classifier form, Duration limit) {
    return new CompiledProof(rules, form, limit).run();
  }

  private Optional<Difference> run() {
    if (!(form instanceof TakenApart open)) {
      tryCorners();
      if (difference == null) {
        throw new UndecidedException(
            "the engine can't be taken apart; it is right on "
                + steps
                + " headers at rules' edges");
      }
      return Optional.of(difference);
    }
    List<TablePart> tables = new ArrayList<>();
    List<BoxPart> lists = new ArrayList<>();
    for (TakenApart.Part part : open.parts()) {
      switch (part) {
        case TakenApart.Table table -> tables.add(new TablePart(table, boxes, this::tick));
        case TakenApart.Boxes each -> lists.add(new BoxPart(each, boxes.length));
      }
    }
    for (TablePart table : tables) {
      table.tooEarly().ifPresent(this::suspect);
    }
    for (BoxPart list : lists) {
      list.tooEarly(boxes).ifPresent(this::suspect);
    }
    for (int rule = 0; rule < boxes.length && difference == null; rule++) {
      tick();
      tooLate(rule, tables, lists).ifPresent(this::suspect);
    }
    if (difference == null && doubtful != null) {
      throw new UndecidedException(
          "the tables do not show why " + doubtful + " is answered as the rules say, but it is");
    }
    return Optional.ofNullable(difference);
  }

  /** A header of a rule that none of the parts answers in time. */
  private Optional<Header> tooLate(int rule, List<TablePart> tables, List<BoxPart> lists) {
    for (BoxPart list : lists) {
      if (list.holds(rule, boxes[rule])) {
        return Optional.empty();
      }
    }
    Optional<Header> late = Optional.of(boxes[rule].pick());
    for (TablePart table : tables) {
      late = table.tooLate(rule);
      if (late.isEmpty()) {
        return late;
      }
    }
    for (BoxPart list : lists) {
      if (list.isCovered(rule, boxes[rule])) {
        return Optional.empty();
      }
    }
    return late;
  }

  private void suspect(Header header) {
    if (!isWrong(header)) {
      doubtful = header;
    }
  }

  private boolean isWrong(Header header) {
    int expected = first(header);
    int actual =
        form.classify(header.source(), header.destination(), header.ports(), header.protocol());
    if (expected != actual && difference == null) {
      difference = new Difference(header, expected, actual);
    }
    return expected != actual;
  }

  private int first(Header header) {
    for (int k = 0; k < rules.size(); k++) {
      if (rules.matches(
          k, header.source(), header.destination(), header.ports(), header.protocol())) {
        return k;
      }
    }
    return Classifier.NONE;
  }

  /** The corners of every rule, and what lies just outside. */
  private void tryCorners() {
    for (Box box : boxes) {
      for (int corner = 0; corner < 32 && difference == null; corner++) {
        Header header = corner(box, corner);
        tick();
        isWrong(header);
        for (Field field : Field.values()) {
          outside(box, field, (corner >> field.ordinal() & 1) == 1, header)
              .ifPresent(this::isWrong);
        }
      }
    }
  }

  private static Header corner(Box box, int corner) {
    Box at = Box.ALL;
    for (Field field : Field.values()) {
      long value = (corner >> field.ordinal() & 1) == 1 ? box.last(field) : box.first(field);
      at = at.with(field, value, value);
    }
    return at.pick();
  }

  private static Optional<Header> outside(Box box, Field field, boolean upper, Header corner) {
    long value = upper ? box.last(field) + 1 : box.first(field) - 1;
    if (value < 0 || value > field.last()) {
      return Optional.empty();
    }
    return Optional.of(Box.of(corner).with(field, value, value).pick());
  }

  private void tick() {
    if (++steps % CLOCK_INTERVAL == 0 && System.nanoTime() - startNs > limitNs) {
      throw new UndecidedException("not decided within " + limitNs / 1_000_000 + " ms");
    }
  }

  private static Box box(MatchRule rule) {
    return Box.of(
        rule.source(),
        rule.destination(),
        rule.sourcePorts(),
        rule.destinationPorts(),
        rule.protocol());
  }

  /** Boxes of a part, by position. */
  private static final class BoxPart {
    private final List<List<Box>> byPosition = new ArrayList<>();
    private Header stray;

    BoxPart(TakenApart.Boxes part, int rules) {
      for (int k = 0; k < rules; k++) {
        byPosition.add(new ArrayList<>(1));
      }
      part.each(
          (sourceFirst,
              sourceLast,
              destinationFirst,
              destinationLast,
              sourcePorts,
              destinationPorts,
              protocolFirst,
              protocolLast,
              position) -> {
            Box box =
                Box.ALL
                    .with(Field.SOURCE, unsigned(sourceFirst), unsigned(sourceLast))
                    .with(Field.DESTINATION, unsigned(destinationFirst), unsigned(destinationLast))
                    .with(Field.SOURCE_PORT, sourcePorts.first(), sourcePorts.last())
                    .with(Field.DESTINATION_PORT, destinationPorts.first(), destinationPorts.last())
                    .with(Field.PROTOCOL, protocolFirst, protocolLast);
            if (position < 0 || position >= byPosition.size()) {
              stray = box.pick();
            } else {
              byPosition.get(position).add(box);
            }
          });
    }

    private static long unsigned(int address) {
      return Integer.toUnsignedLong(address);
    }

    Optional<Header> tooEarly(Box[] rules) {
      if (stray != null) {
        return Optional.of(stray);
      }
      for (int rule = 0; rule < rules.length; rule++) {
        for (Box box : byPosition.get(rule)) {
          if (!rules[rule].contains(box)) {
            return Optional.of(box.minus(rules[rule]).getFirst().pick());
          }
        }
      }
      return Optional.empty();
    }

    /**
     * Whether the boxes of a rule's position hold all of it. They do not overlap, so their sizes
     * tell.
     */
    boolean holds(int rule, Box wanted) {
      BigInteger sum = BigInteger.ZERO;
      for (Box box : byPosition.get(rule)) {
        sum = sum.add(box.and(wanted).map(Box::size).orElse(BigInteger.ZERO));
      }
      return sum.equals(wanted.size());
    }

    /** Whether the boxes of a rule's position and of smaller ones hold all of it. */
    boolean isCovered(int rule, Box wanted) {
      List<Box> left = List.of(wanted);
      for (int position = rule; position >= 0 && !left.isEmpty(); position--) {
        for (Box box : byPosition.get(position)) {
          if (box.overlaps(wanted)) {
            left = left.stream().flatMap(piece -> piece.minus(box).stream()).toList();
            if (left.size() > MOST_PIECES) {
              return false;
            }
          }
        }
      }
      return left.isEmpty();
    }
  }
}
