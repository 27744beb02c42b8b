package io.vpcrig.query.prove;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.TakenApart;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.UndecidedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

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
 * <p>Where a part breaks one of them, the form is wrong unless another part answers something
 * smaller there. So what is left of those headers without all that is answered in time is sought,
 * box by box; a header that remains is asked of the form and of the rules. If they differ, that is
 * a counter-example; if not, nothing was decided. Thread: one.
 */
public final class CompiledProof implements PartProof.Suspicion {
  /** Stands for an answer in {@link Difference} where the form's look-up breaks. */
  public static final int BROKEN = -2;

  private static final int CLOCK_INTERVAL = 1 << 8;

  /** Headers tried in a box that should have a wrong one, and of a form that can't be read. */
  private static final int TRIES = 256;

  private static final int MANY_TRIES = 1 << 15;

  private final RuleSet rules;
  private final Classifier form;
  private final Box[] boxes;
  private final List<PartProof> parts = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private final long startNs = System.nanoTime();
  private final long limitNs;
  private long steps;
  private Difference difference;
  private Header doubtful;

  /**
   * A header that the form and the rules answer differently.
   *
   * @param expected position of the first rule that matches, {@link Classifier#NONE} if none
   * @param actual what the form answers, or {@link #BROKEN}
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
    Optional<String> closed = open();
    if (closed.isPresent()) {
      tryMany();
      if (difference == null) {
        throw new UndecidedException(
            closed.get() + "; it is right on " + steps + " headers, most of them at rules' edges");
      }
      return Optional.of(difference);
    }
    for (PartProof part : parts) {
      if (part.tooEarly(this).isPresent()) {
        return Optional.of(difference);
      }
    }
    for (int rule = 0; rule < boxes.length; rule++) {
      tick();
      if (!isCovered(rule) && unlessBelow(rule + 1, boxes[rule]).isPresent()) {
        return Optional.of(difference);
      }
    }
    if (doubtful != null) {
      throw new UndecidedException(
          "the tables do not show why " + doubtful + " is answered as the rules say, but it is");
    }
    return Optional.empty();
  }

  /** Takes the form apart; why not, if it can't be. */
  private Optional<String> open() {
    if (!(form instanceof TakenApart open)) {
      return Optional.of("the engine can't be taken apart");
    }
    try {
      for (TakenApart.Part part : open.parts()) {
        switch (part) {
          // Boxes first: they leave little of a header's box for the tables.
          case TakenApart.Boxes each -> parts.addFirst(new BoxPart(each, boxes));
          case TakenApart.Table table -> parts.add(new TablePart(table, boxes));
        }
      }
    } catch (IllegalStateException | IndexOutOfBoundsException e) {
      return Optional.of("the form's tables can't be read: " + e.getMessage());
    }
    return Optional.empty();
  }

  private boolean isCovered(int rule) {
    for (PartProof part : parts) {
      if (part.covers(rule, this)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<Header> unlessBelow(int bound, Box box) {
    Header first = box.pick();
    if (isWrong(first)) {
      return Optional.of(first);
    }
    Optional<Header> left = left(box, bound, 0);
    return left.isEmpty() || isWrong(left.get()) ? left : tried(box);
  }

  /** A header of a box that no part from a number on answers below a bound. */
  private Optional<Header> left(Box box, int bound, int part) {
    return part == parts.size()
        ? Optional.of(box.pick())
        : parts.get(part).seek(box, bound, this, piece -> left(piece, bound, part + 1));
  }

  @Override
  public Optional<Header> broken(Box box) {
    Header first = box.pick();
    return isWrong(first) ? Optional.of(first) : tried(box);
  }

  /** A wrong header of a box that should have some; else the box stays in doubt. */
  private Optional<Header> tried(Box box) {
    for (Box rule : boxes) {
      tick();
      Optional<Header> both = box.and(rule).map(Box::pick);
      if (both.isPresent() && isWrong(both.get())) {
        return both;
      }
    }
    for (int k = 0; k < TRIES; k++) {
      Header header = some(box);
      if (isWrong(header)) {
        return Optional.of(header);
      }
    }
    doubtful = box.pick();
    return Optional.empty();
  }

  private Header some(Box box) {
    Box some = box;
    for (Field field : Field.values()) {
      long value = random.nextLong(some.first(field), some.last(field) + 1);
      some = some.with(field, value, value);
    }
    return some.pick();
  }

  private boolean isWrong(Header header) {
    int expected = first(header);
    int actual = answer(header);
    if (expected != actual && difference == null) {
      difference = new Difference(header, expected, actual);
    }
    return expected != actual;
  }

  private int answer(Header header) {
    try {
      return form.classify(
          header.source(), header.destination(), header.ports(), header.protocol());
    } catch (IndexOutOfBoundsException e) {
      return BROKEN;
    }
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

  /** The corners of every rule, what lies just outside, and others. */
  private void tryMany() {
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
    for (int k = 0; k < MANY_TRIES && difference == null; k++) {
      tick();
      Box box = boxes.length == 0 || k % 2 == 0 ? Box.ALL : boxes[random.nextInt(boxes.length)];
      isWrong(some(box));
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

  @Override
  public void tick() {
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
}
