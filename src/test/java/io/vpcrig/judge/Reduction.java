package io.vpcrig.judge;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.VpcParts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes a difference small: rounds, steps, then rules and translations of the VPC are left out as
 * long as there is a difference of the same sort. Segments stay, since steps name them by index.
 */
final class Reduction {
  private final KernelRouter kernel;
  private final long deadlineNs;
  private Difference smallest;

  private Reduction(Difference found, KernelRouter kernel, long deadlineNs) {
    this.smallest = found;
    this.kernel = kernel;
    this.deadlineNs = deadlineNs;
  }

  /** The smallest that is found in so many seconds. */
  static Difference of(Difference found, KernelRouter kernel, int seconds) throws IOException {
    long deadline = System.nanoTime() + seconds * 1_000_000_000L;
    Reduction reduction = new Reduction(found, kernel, deadline);
    reduction.alone();
    reduction.oneByOne();
    reduction.rounds();
    reduction.vpc();
    return reduction.smallest;
  }

  private boolean stillDiffers(Vpc vpc, List<List<Step>> rounds) throws IOException {
    if (System.nanoTime() > deadlineNs) {
      return false;
    }
    try (Trial trial = new Trial(vpc, kernel, new Tally())) {
      Optional<Difference> again =
          trial.replay(rounds).filter(d -> d.sort().equals(smallest.sort()));
      again.ifPresent(difference -> smallest = difference);
      return again.isPresent();
    }
  }

  /** Leaves out all other conversations, or those with other addresses. */
  private void alone() throws IOException {
    Flow flow = smallest.flow();
    if (!onlyTalks(talk -> talk.equals(flow))
        && !onlyTalks(talk -> talk.source() == flow.source())
        && !onlyTalks(talk -> talk.destination() == flow.destination())) {
      rounds();
    }
  }

  private boolean onlyTalks(Predicate<Flow> kept) throws IOException {
    List<List<Step>> left =
        smallest.rounds().stream()
            .map(
                round ->
                    round.stream()
                        .filter(s -> s.talk() == null || kept.test(s.talk().flow()))
                        .toList())
            .filter(round -> !round.isEmpty())
            .toList();
    return stillDiffers(smallest.vpc(), left);
  }

  /** Leaves out runs of rounds, ever shorter ones. */
  private void rounds() throws IOException {
    for (int run = Math.max(1, smallest.rounds().size() / 2); run >= 1; run /= 2) {
      int from = 0;
      while (from + run <= smallest.rounds().size()) {
        List<List<Step>> left = new ArrayList<>(smallest.rounds());
        left.subList(from, from + run).clear();
        if (!stillDiffers(smallest.vpc(), left)) {
          from += run;
        }
      }
    }
  }

  /** Leaves out runs of steps, each in a round of its own if that makes no difference. */
  private void oneByOne() throws IOException {
    List<List<Step>> apart = new ArrayList<>();
    smallest.rounds().forEach(round -> round.forEach(step -> apart.add(List.of(step))));
    if (apart.size() < 200 && stillDiffers(smallest.vpc(), apart)) {
      return;
    }
    for (int k = smallest.rounds().size() - 1; k >= 0; k--) {
      for (int run = Math.max(1, smallest.rounds().get(k).size() / 2); run >= 1; run /= 2) {
        steps(k, run);
      }
    }
  }

  private void steps(int k, int run) throws IOException {
    int from = 0;
    while (k < smallest.rounds().size() && from + run <= smallest.rounds().get(k).size()) {
      List<List<Step>> left = new ArrayList<>(smallest.rounds());
      List<Step> round = new ArrayList<>(left.get(k));
      round.subList(from, from + run).clear();
      left.set(k, round);
      if (!stillDiffers(smallest.vpc(), left)) {
        from += run;
      }
    }
  }

  private void vpc() throws IOException {
    leaveOut(Vpc::portForwards, VpcParts::portForwards);
    leaveOut(Vpc::staticNats, VpcParts::staticNats);
    leaveOut(Vpc::staticRoutes, VpcParts::staticRoutes);
    for (String name : List.copyOf(smallest.vpc().lists().keySet())) {
      for (int k = smallest.vpc().lists().get(name).rules().size() - 1; k >= 0; k--) {
        Map<String, AclList> lists = new LinkedHashMap<>(smallest.vpc().lists());
        AclList list = lists.get(name);
        lists.put(name, list.without(list.rules().get(k).number()));
        stillDiffers(new VpcParts(smallest.vpc()).lists(lists).build(), smallest.rounds());
      }
    }
  }

  private <T> void leaveOut(Function<Vpc, List<T>> get, BiFunction<VpcParts, List<T>, VpcParts> set)
      throws IOException {
    for (int k = get.apply(smallest.vpc()).size() - 1; k >= 0; k--) {
      List<T> left = new ArrayList<>(get.apply(smallest.vpc()));
      left.remove(k);
      stillDiffers(set.apply(new VpcParts(smallest.vpc()), left).build(), smallest.rounds());
    }
  }
}
