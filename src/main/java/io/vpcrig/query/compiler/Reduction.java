package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Makes a list that goes wrong small: leaves out runs of rules, ever shorter ones (delta
 * debugging), widens what is left, then makes the header usual; all of it again until nothing helps
 * or the time is over. Whatever is tried is compiled and held against the reference anew. Thread:
 * one.
 */
final class Reduction {
  private static final int HEADERS = 150;
  private static final long SEED = 4_711;

  private final Trial trial;
  private final LongSupplier clockNs;
  private final long deadlineNs;
  private WrittenList list;
  private Trouble trouble;

  Reduction(Trial trial, WrittenList list, Trouble trouble, LongSupplier clockNs, long deadlineNs) {
    this.trial = trial;
    this.list = list;
    this.trouble = trouble;
    this.clockNs = clockNs;
    this.deadlineNs = deadlineNs;
  }

  WrittenList list() {
    return list;
  }

  Trouble trouble() {
    return trouble;
  }

  void run() {
    WrittenList before;
    do {
      before = list;
      leaveOut();
      widen();
      if (list.otherwise() == Action.ALLOW) {
        stillFails(new WrittenList(list.rules(), Action.DENY));
      }
    } while (!before.equals(list) && hasTime());
    header();
  }

  private boolean hasTime() {
    return clockNs.getAsLong() - deadlineNs < 0;
  }

  private void leaveOut() {
    for (int run = list.rules().size(); run >= 1; run /= 2) {
      int from = 0;
      while (from + run <= list.rules().size() && hasTime()) {
        List<WrittenRule> left = new ArrayList<>(list.rules());
        left.subList(from, from + run).clear();
        if (!stillFails(list.withRules(left))) {
          from += run;
        }
      }
    }
  }

  private void widen() {
    for (int i = 0; i < list.rules().size(); i++) {
      while (widenOnce(i)) {
        // Until nothing simpler serves.
      }
    }
  }

  private boolean widenOnce(int at) {
    for (WrittenRule simpler : Simpler.rules(list.rules().get(at))) {
      if (!hasTime()) {
        return false;
      }
      if (stillFails(list.with(at, simpler))) {
        return true;
      }
    }
    return false;
  }

  private void header() {
    boolean changed;
    do {
      changed = false;
      for (Flow simpler : trouble.about().map(h -> Simpler.headers(h, list)).orElse(List.of())) {
        if (hasTime() && failsFor(list, List.of(simpler))) {
          changed = true;
          break;
        }
      }
    } while (changed);
  }

  /** Whether a list goes wrong in the same way, for the header it was or for another one. */
  private boolean stillFails(WrittenList other) {
    List<Flow> headers = new ArrayList<>();
    trouble.about().ifPresent(headers::add);
    headers.addAll(HeaderDraw.of(other, HEADERS, new SplittableRandom(SEED)));
    return failsFor(other, headers);
  }

  private boolean failsFor(WrittenList other, List<Flow> headers) {
    Optional<Trouble> again =
        trial.of(other, headers).filter(found -> found.sort().equals(trouble.sort()));
    again.ifPresent(
        found -> {
          list = other;
          trouble = found;
        });
    return again.isPresent();
  }
}
