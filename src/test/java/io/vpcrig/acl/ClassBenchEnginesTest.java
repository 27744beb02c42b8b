package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vpcrig.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every engine of ours against linear search on every published filter set. */
class ClassBenchEnginesTest {
  /** Rule tests that linear search may spend on random headers of one set. */
  private static final long LINEAR_BUDGET = 60_000_000;

  private static final int MOST_HEADERS = 20_000;

  @TestFactory
  Stream<DynamicTest> allEnginesAgreeOnRandomHeadersOf() throws IOException {
    return ruleFiles().map(file -> dynamicTest(file.getFileName().toString(), () -> agree(file)));
  }

  @TestFactory
  Stream<DynamicTest> answersOfTheTraceAreNeverAfterTheRuleItWasMadeFromIn() {
    return Stream.of("cutsplit_acl_1k", "cutsplit_ipc_1k", "cutsplit_fw_10k")
        .map(name -> dynamicTest(name, () -> checkTrace(name)));
  }

  private static void agree(Path file) throws Exception {
    RuleSet rules = ClassBenchRules.read(file);
    assertTrue(rules.size() > 500, () -> "only " + rules.size() + " rules");
    long seed = file.getFileName().toString().hashCode();
    int count = (int) Math.min(MOST_HEADERS, LINEAR_BUDGET / rules.size());
    HeaderTrace headers = RandomHeaders.from(rules, count, new SplittableRandom(seed));
    assertAllAgree(rules, headers, "seed " + seed);
  }

  private static void checkTrace(String name) throws Exception {
    Path directory = TestData.sharedOrSkip("rules/classbench");
    Path plain = directory.resolve(name + ".rules");
    RuleSet rules =
        ClassBenchRules.read(Files.exists(plain) ? plain : directory.resolve(name + ".rules.gz"));
    HeaderTrace headers = HeaderTrace.read(directory.resolve(name + ".trace.gz"));
    assertTrue(headers.size() > 10_000);
    int[] answers = assertAllAgree(rules, headers, "whole trace");
    for (int i = 0; i < answers.length; i++) {
      int header = i;
      assertTrue(
          answers[i] >= 0 && answers[i] <= headers.madeFrom(i),
          () -> "header " + header + ": " + answers[header] + ", " + headers.madeFrom(header));
    }
  }

  private static int[] assertAllAgree(RuleSet rules, HeaderTrace headers, String what)
      throws OverBudgetException {
    int[] expected = headers.classifyWith(Classifiers.byName("linear", rules));
    for (String engine : Classifiers.ORDER) {
      Classifier classifier;
      try {
        classifier = Classifiers.byName(engine, rules);
      } catch (OverBudgetException e) {
        continue;
      }
      assertEquals(engine, classifier.name());
      assertArrayEquals(expected, headers.classifyWith(classifier), () -> classifier + ", " + what);
    }
    return expected;
  }

  private static Stream<Path> ruleFiles() throws IOException {
    Path directory = TestData.sharedOrSkip("rules/classbench");
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> rules =
          files.filter(file -> file.getFileName().toString().contains(".rules")).sorted().toList();
      assertEquals(21, rules.size());
      return rules.stream();
    }
  }
}
