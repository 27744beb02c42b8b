package io.vpcrig.query.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vpcrig.model.Flow;
import io.vpcrig.model.MalformedLineException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The fuzzer finds every fault planted in a copy of a compiler, within a minute, and makes it
 * small; and it finds nothing in the compiler that was copied. {@code -Dvpcrig.seed=N} draws other
 * lists.
 */
class PlantedFaultsTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 1);
  private static final long MINUTE_NS = 60_000_000_000L;
  private static final int MOST_RULES = 3;

  @TestFactory
  Stream<DynamicTest> everyFaultIsFoundAndMadeSmall() {
    return Faults.all().entrySet().stream()
        .map(fault -> dynamicTest(fault.getKey(), () -> assertFound(fault.getValue())));
  }

  @Test
  void nothingIsFoundInTheRightCompiler() {
    Fuzzer.Report report = Fuzzer.run(new CopiedCompiler(), plan(5000), System::nanoTime);
    assertEquals(List.of(), report.findings(), () -> "seed " + SEED);
    assertTrue(report.lists() >= 5000 && report.headers() > report.lists(), report::toString);
  }

  @Test
  void theSameSeedFindsTheSame() {
    CompilerUnderTest faulty = Faults.all().get("of equal rules the last is kept");
    Finding one = Fuzzer.run(faulty, plan(1_000_000), System::nanoTime).findings().getFirst();
    Finding other = Fuzzer.run(faulty, plan(1_000_000), System::nanoTime).findings().getFirst();
    assertEquals(one.text(), other.text());
    assertEquals(one.lists(), other.lists());
  }

  private static void assertFound(CompilerUnderTest faulty) throws MalformedLineException {
    Fuzzer.Report report = Fuzzer.run(faulty, plan(Long.MAX_VALUE), System::nanoTime);
    assertEquals(1, report.findings().size(), () -> "not found within a minute, seed " + SEED);
    Finding finding = report.findings().getFirst();
    String text = finding.text();
    assertTrue(finding.repeatable(), text);
    assertTrue(finding.list().rules().size() <= MOST_RULES, () -> "seed " + SEED + ":\n" + text);
    // What is saved goes wrong when it is read again, and by its own header.
    RuleFile.Contents saved = RuleFile.parse("saved", text);
    assertEquals(finding.list(), saved.list());
    List<Flow> headers = saved.headers().stream().map(RuleFile.Header::flow).toList();
    assertFalse(new Trial(faulty).of(saved.list(), headers).isEmpty(), text);
  }

  private static Fuzzer.Plan plan(long mostLists) {
    return new Fuzzer.Plan(SEED, MINUTE_NS, mostLists, 1, true, List.of(), List.of(), Set.of());
  }
}
