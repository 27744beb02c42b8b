package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.frame.VectorUnit;
import io.vpcrig.model.Protocol;
import io.vpcrig.testing.Allocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import jdk.incubator.vector.IntVector;
import org.junit.jupiter.api.Test;

/**
 * What every engine owes. To hold an engine of your own to it, extend this class by a test that
 * names the compiler, and say what is special about it: which sets it must take, how many others,
 * and whether it heeds budgets.
 *
 * <p>{@code -Dvpcrig.seed=N} draws other sets; failures tell the seed.
 */
public abstract class RuleCompilerConformance {
  private static final long SEED = Long.getLong("vpcrig.seed", 4_711);
  private static final int THREADS = 8;
  private static final int[] BATCHES = {1, 7, 8, 15, 16, 17, 255, 256, 1000};

  /** Room beyond its budget of time until an engine must have refused. */
  private static final long PATIENCE_NS = 5_000_000_000L;

  private final SplittableRandom random = new SplittableRandom(SEED);

  /** The engine. */
  protected abstract RuleCompiler compiler();

  /** A set of {@code size} rules that the engine has to take within {@link Budget#DEFAULT}. */
  protected RuleSet fittingRules(int size, SplittableRandom from) {
    return RandomRules.ordinary(size, from);
  }

  /** Of the sets of {@link RandomRules#any}, the share that the engine has to take, 0..1. */
  protected double acceptedShare() {
    return 1;
  }

  /** Whether the engine keeps within the bytes it is given. One that needs little may not ask. */
  protected boolean heedsBudget() {
    return true;
  }

  @Test
  final void theNameIsLegalAndTheFormsBearIt() throws OverBudgetException {
    String name = compiler().name();
    assertTrue(name.matches("[a-z0-9-]+"), name);
    assertNotEquals(Classifiers.AUTO, name);
    assertEquals(name, compile(fittingRules(20, random)).name());
  }

  @Test
  final void agreesWithTheDefinitionOnEveryRandomSetItTakes() {
    int rounds = 100;
    int taken = 0;
    for (int round = 0; round < rounds; round++) {
      RuleSet rules = RandomRules.any(random);
      Optional<Classifier> classifier = attempt(rules, Budget.DEFAULT);
      if (classifier.isPresent()) {
        var headers = new HeaderColumns(rules, RandomHeaders.from(rules, 300, random));
        headers.assertAnsweredBy(classifier.get(), at("round", round));
        taken++;
      }
    }
    int accepted = taken;
    assertTrue(
        taken >= acceptedShare() * rounds,
        () -> "took " + accepted + " of " + rounds + " sets, seed " + SEED);
  }

  @Test
  final void takesAndAnswersTheSetsItIsMadeFor() throws OverBudgetException {
    for (int size : new int[] {1, 2, 3, 10, 100, 1000, 3000}) {
      RuleSet rules = fittingRules(size, random);
      new HeaderColumns(rules, RandomHeaders.from(rules, 1000, random))
          .assertAnsweredBy(compile(rules), at("size", size));
    }
  }

  @Test
  final void anEmptySetMatchesNothing() throws OverBudgetException {
    Classifier classifier = compile(RuleSet.of(List.of()));
    RuleSet others = fittingRules(100, random);
    HeaderTrace headers = RandomHeaders.from(others, 100, random);
    new HeaderColumns(RuleSet.of(List.of()), headers).assertAnsweredBy(classifier, at("empty", 0));
  }

  @Test
  final void oneRuleIsExactAtItsEdges() throws OverBudgetException {
    RuleSet rules = fittingRules(60, random);
    for (MatchRule rule : rules.rules()) {
      RuleSet one = RuleSet.of(List.of(rule));
      new HeaderColumns(one, EdgeHeaders.of(one)).assertAnsweredBy(compile(one), rule::toString);
    }
  }

  @Test
  final void everyRuleOfManyIsExactAtItsEdges() throws OverBudgetException {
    RuleSet rules = fittingRules(150, random);
    new HeaderColumns(rules, EdgeHeaders.of(rules))
        .assertAnsweredBy(compile(rules), at("size", rules.size()));
  }

  @Test
  final void everyProtocolIsTold() throws OverBudgetException {
    List<MatchRule> rules = new ArrayList<>();
    for (int protocol = 0; protocol < 256; protocol += 3) {
      rules.add(RandomRules.everything(protocol, protocol));
    }
    for (RuleSet set :
        List.of(
            RuleSet.of(rules),
            RandomRules.inserted(
                RuleSet.of(rules), rules.size(), RandomRules.everything(Protocol.ALL, 256)))) {
      new HeaderColumns(set, EdgeHeaders.of(set))
          .assertAnsweredBy(compile(set), at("size", set.size()));
    }
  }

  @Test
  final void ofEqualRulesTheFirstAnswers() throws OverBudgetException {
    RuleSet once = fittingRules(50, random);
    List<MatchRule> thrice = new ArrayList<>(once.rules());
    once.rules().forEach(rule -> thrice.add(random.nextInt(thrice.size() + 1), rule));
    thrice.addAll(once.rules());
    RuleSet rules = RuleSet.of(thrice);
    new HeaderColumns(rules, RandomHeaders.from(rules, 1000, random))
        .assertAnsweredBy(compile(rules), at("size", rules.size()));
  }

  @Test
  final void onlyLiveEntriesAreAnsweredWhateverTheirNumberAndPlaces() throws OverBudgetException {
    RuleSet rules = fittingRules(200, random);
    Classifier classifier = compile(rules);
    var headers = new HeaderColumns(rules, RandomHeaders.from(rules, 2100, random));
    headers.assertAnsweredBy(classifier, new int[0], 0, at("batch", 0));
    for (int batch : BATCHES) {
      int gap = random.nextInt(1, 40);
      int[] run = IntStream.range(gap, gap + batch + 3).toArray();
      int[] everySecond = IntStream.range(0, batch).map(k -> 2 * k + 1).toArray();
      int[] oneGap = IntStream.range(0, batch).map(k -> k < batch / 2 ? k : k + gap).toArray();
      int[] backwards = IntStream.range(0, batch).map(k -> 2000 - k).toArray();
      for (int[] live : List.of(run, everySecond, oneGap, backwards)) {
        headers.assertAnsweredBy(classifier, live, batch, at("batch", batch));
      }
    }
  }

  @Test
  final void manyThreadsAskOneFormAtOnce() throws Exception {
    RuleSet rules = fittingRules(300, random);
    Classifier classifier = compile(rules);
    together(
        thread -> {
          var headers = new HeaderColumns(rules, RandomHeaders.from(rules, 500, thread));
          for (int round = 0; round < 20; round++) {
            headers.assertAnsweredBy(classifier, at("round", round));
          }
        });
  }

  @Test
  final void manyThreadsCompileAtOnce() throws Exception {
    RuleCompiler shared = compiler();
    together(
        thread -> {
          for (int round = 0; round < 5; round++) {
            RuleSet rules = fittingRules(100 + 10 * round, thread);
            new HeaderColumns(rules, RandomHeaders.from(rules, 300, thread))
                .assertAnsweredBy(shared.compile(rules, Budget.DEFAULT), at("round", round));
          }
        });
  }

  @Test
  final void askingAllocatesNothing() throws OverBudgetException {
    assumeTrue(
        VectorUnit.lanes() <= IntVector.SPECIES_PREFERRED.length(),
        "SKIPPED: vectors that the machine lacks are objects");
    RuleSet rules = fittingRules(40, random);
    Classifier classifier = compile(rules);
    var headers = new HeaderColumns(rules, RandomHeaders.from(rules, 256, random));
    int[] all = headers.all();
    int[] scattered = IntStream.range(0, all.length).map(i -> i ^ 1).toArray();
    int[] result = new int[all.length];
    for (int[] live : List.of(all, scattered)) {
      Allocation.assertNone(
          20_000, // Until the compiled code runs: vectors are objects before.
          () ->
              classifier.classify(
                  headers.source,
                  headers.destination,
                  headers.ports,
                  headers.protocol,
                  live,
                  live.length,
                  result));
    }
  }

  @Test
  final void anAcceptedFormKeepsWithinItsBytes() {
    assumeTrue(heedsBudget(), "the engine needs no budget");
    RuleSet rules = fittingRules(1000, random);
    for (long bytes = 1; bytes < 1L << 28; bytes *= 4) {
      long allowed = bytes;
      attempt(rules, new Budget(bytes, 1 << 20, 2_000_000_000L))
          .ifPresent(
              form -> assertTrue(form.memoryBytes() <= allowed, () -> form + ", " + allowed));
    }
  }

  @Test
  final void aBudgetThatIsTooSmallIsRefusedSoonOrNotNeeded() {
    RuleSet rules = fittingRules(20_000, random);
    HeaderTrace headers = RandomHeaders.from(rules, 50, random);
    for (Budget budget :
        List.of(
            new Budget(1 << 28, 1 << 20, 0),
            new Budget(1 << 28, 1, 2_000_000_000L),
            new Budget(0, 1 << 20, 2_000_000_000L))) {
      long start = System.nanoTime();
      Optional<Classifier> classifier = attempt(rules, budget);
      long took = System.nanoTime() - start;
      assertTrue(took < budget.nanoseconds() + PATIENCE_NS, () -> budget + ": " + took + " ns");
      classifier.ifPresent(
          form -> new HeaderColumns(rules, headers).assertAnsweredBy(form, budget::toString));
    }
  }

  private Classifier compile(RuleSet rules) throws OverBudgetException {
    return compiler().compile(rules, Budget.DEFAULT);
  }

  private Optional<Classifier> attempt(RuleSet rules, Budget budget) {
    try {
      return Optional.of(compiler().compile(rules, budget));
    } catch (OverBudgetException e) {
      assertTrue(e.getMessage().length() > 5, "a refusal says what ran out");
      return Optional.empty();
    }
  }

  private static Supplier<String> at(String what, int number) {
    return () -> what + " " + number + ", seed " + SEED;
  }

  /** What each of the threads does; its random numbers are its own. */
  private interface Work {
    void run(SplittableRandom own) throws OverBudgetException;
  }

  private void together(Work work) throws Exception {
    var start = new CyclicBarrier(THREADS);
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Void>> done = new ArrayList<>();
      for (int k = 0; k < THREADS; k++) {
        SplittableRandom own = random.split();
        Callable<Void> task =
            () -> {
              start.await();
              work.run(own);
              return null;
            };
        done.add(threads.submit(task));
      }
      for (Future<Void> each : done) {
        each.get();
      }
    }
  }
}
