package io.vpcrig.query.compiler;

import io.vpcrig.model.Flow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Looks for lists that a compiler gets wrong: known ones first, then real ones, then without end
 * lists at random, lists at the ends of what can be written, edits of real lists and of lists just
 * tried, and for each a variant that has to mean the same. Every list is asked about headers at the
 * edges of its rules. The same seed draws the same lists in the same order. Thread: one.
 */
public final class Fuzzer {
  private static final int MOST_HEADERS = 500;

  /** How long making one finding small may take. */
  private static final long REDUCTION_NS = 30_000_000_000L;

  /**
   * What to do.
   *
   * @param seed of all draws
   * @param timeNs after which no further list is drawn
   * @param mostLists after which none is drawn either
   * @param mostFindings after which it ends
   * @param shrink whether findings are made small
   * @param known lists tried first, with the headers that went wrong once; those that make use of
   *     what is left out are left out, too
   * @param real lists to edit
   * @param without what no list makes use of
   */
  public record Plan(
      long seed,
      long timeNs,
      long mostLists,
      int mostFindings,
      boolean shrink,
      List<RuleFile.Contents> known,
      List<WrittenList> real,
      Set<Feature> without) {
    public Plan {
      Set<Feature> left = Set.copyOf(without);
      known =
          known.stream()
              .filter(each -> Feature.of(each.list()).stream().noneMatch(left::contains))
              .toList();
      real = real.stream().filter(list -> !list.rules().isEmpty()).toList();
      without = left;
    }
  }

  /**
   * What came of it.
   *
   * @param lists that were compiled, those of reductions included
   * @param headers that compiled lists were asked about
   * @param refused lists that the compiler did not take
   */
  public record Report(List<Finding> findings, long lists, long headers, long refused, long ns) {
    public Report {
      findings = List.copyOf(findings);
    }
  }

  private final Trial trial;
  private final Plan plan;
  private final LongSupplier clockNs;
  private final SplittableRandom random;
  private final long startNs;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private WrittenList last;

  private Fuzzer(CompilerUnderTest compiler, Plan plan, LongSupplier clockNs) {
    this.trial = new Trial(compiler);
    this.plan = plan;
    this.clockNs = clockNs;
    this.random = new SplittableRandom(plan.seed());
    this.startNs = clockNs.getAsLong();
  }

  /**
   * Hunts until the time is over or enough is found.
   *
   * @param clockNs monotonic
   */
  public static Report run(CompilerUnderTest compiler, Plan plan, LongSupplier clockNs) {
    return new Fuzzer(compiler, plan, clockNs).run();
  }

  private Report run() {
    // Draws of their own: what is drawn afterwards does not depend on what is known.
    SplittableRandom aside = new SplittableRandom(plan.seed());
    for (RuleFile.Contents known : plan.known()) {
      List<Flow> headers =
          new ArrayList<>(known.headers().stream().map(RuleFile.Header::flow).toList());
      headers.addAll(HeaderDraw.of(known.list(), MOST_HEADERS, aside));
      check(known.list(), headers, "known");
    }
    for (WrittenList real : plan.real()) {
      if (goesOn()) {
        check(Feature.without(plan.without(), real), "given");
      }
    }
    while (goesOn()) {
      draw();
    }
    return new Report(
        findings, trial.lists(), trial.headers(), trial.refused(), clockNs.getAsLong() - startNs);
  }

  private boolean goesOn() {
    return findings.size() < plan.mostFindings()
        && trial.lists() < plan.mostLists()
        && clockNs.getAsLong() - startNs < plan.timeNs();
  }

  private void draw() {
    int kind = random.nextInt(12);
    if (kind < 3) {
      check(fitting(ListDraw.boundary(random)), "boundary");
    } else if (kind < 7 && !plan.real().isEmpty()) {
      check(fitting(Edits.of(Draws.of(plan.real(), random), random)), "edited from a given list");
    } else if (kind < 8 && last != null && !last.rules().isEmpty()) {
      check(fitting(Edits.of(last, random)), "edited from the list before");
    } else {
      check(fitting(ListDraw.list(random)), "random");
    }
    if (goesOn() && !last.rules().isEmpty()) {
      variant(last);
    }
  }

  private WrittenList fitting(WrittenList drawn) {
    return Feature.without(plan.without(), drawn);
  }

  private void variant(WrittenList list) {
    SameMeaning way = Draws.of(List.of(SameMeaning.values()), random);
    Optional<WrittenList> variant = way.variant(list, random).map(this::fitting);
    if (variant.isEmpty()) {
      return;
    }
    List<Flow> headers = HeaderDraw.of(variant.get(), MOST_HEADERS, random);
    if (!verdicts(list, headers).equals(verdicts(variant.get(), headers))) {
      throw new IllegalStateException(
          "not the same meaning, "
              + way
              + ":\n"
              + RuleLines.of(list)
              + RuleLines.of(variant.get()));
    }
    check(variant.get(), headers, "same meaning: " + way);
  }

  private static List<Answer.Verdict> verdicts(WrittenList list, List<Flow> headers) {
    return list.meant(headers).stream().map(Answer::verdict).toList();
  }

  private void check(WrittenList list, String how) {
    check(list, HeaderDraw.of(list, MOST_HEADERS, random), how);
  }

  private void check(WrittenList list, List<Flow> headers, String how) {
    last = list;
    trial.of(list, headers).ifPresent(trouble -> found(list, trouble, headers, how));
  }

  private void found(WrittenList list, Trouble trouble, List<Flow> headers, String how) {
    long lists = trial.lists();
    long now = clockNs.getAsLong();
    boolean repeatable = trial.of(list, headers).filter(again -> again.equals(trouble)).isPresent();
    Reduction reduction = new Reduction(trial, list, trouble, clockNs, now + REDUCTION_NS);
    if (plan.shrink() && repeatable) {
      reduction.run();
    }
    Finding finding =
        new Finding(
            how, list, reduction.list(), reduction.trouble(), repeatable, lists, now - startNs);
    if (ids.add(finding.id())) {
      findings.add(finding);
    }
  }
}
