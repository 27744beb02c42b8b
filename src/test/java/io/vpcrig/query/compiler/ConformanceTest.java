package io.vpcrig.query.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.model.Flow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ConformanceTest {
  private final Suite suite = Suite.shipped();

  @TestFactory
  Stream<DynamicTest> everyEngineConforms() {
    return Stream.concat(Stream.of(Classifiers.AUTO), Classifiers.names().stream())
        .map(name -> dynamicTest(name, () -> assertConforms(EngineUnderTest.named(name).get())));
  }

  @Test
  void aRightCompilerConforms() {
    assertConforms(new CopiedCompiler());
  }

  @TestFactory
  Stream<DynamicTest> everyPlantedFaultFailsACase() {
    return Faults.all().entrySet().stream()
        .map(
            fault ->
                dynamicTest(
                    fault.getKey(),
                    () ->
                        assertFalse(
                            Certificate.conforms(
                                Conformance.run(fault.getValue(), suite, Set.of())))));
  }

  /** A compiler that keeps what it made of the first list of so many rules. */
  @Test
  void aCompilerThatForgetsEditsFails() {
    CompilerUnderTest forgetful =
        new CopiedCompiler() {
          private final Map<Integer, WrittenList> kept = new HashMap<>();

          @Override
          public List<Answer> judge(WrittenList list, List<Flow> headers) {
            WrittenList old = kept.computeIfAbsent(list.rules().size(), size -> list);
            return super.judge(old, headers);
          }
        };
    List<Conformance.Result> results = Conformance.run(forgetful, suite, Set.of());
    Conformance.Result moved =
        results.stream()
            .filter(r -> r.of().name().equals("one-of-thirty-edited"))
            .findFirst()
            .get();
    assertEquals(Conformance.Outcome.FAILED, moved.outcome());
    assertEquals(1, moved.list());
  }

  @Test
  void namesAreUniqueAndEveryCaseSaysWhyAndWhence() {
    Set<String> names = new HashSet<>();
    for (Suite.Case each : suite.cases()) {
      assertTrue(names.add(each.name()), each.name());
      assertTrue(each.why().length() > 10 && !each.source().isBlank(), each.name());
      for (RuleFile.Contents list : each.lists()) {
        assertTrue(list.headers().size() > 0, each.name());
      }
    }
  }

  @Test
  void whatIsNotClaimedIsSkippedAndTheCertificateSaysSo() {
    Set<Feature> without = Set.of(Feature.SEVERAL_CIDRS, Feature.PROTOCOL_0);
    CompilerUnderTest faulty = Faults.all().get("of several prefixes only the first");
    List<Conformance.Result> results = Conformance.run(faulty, suite, without);
    assertTrue(Certificate.conforms(results));
    ObjectNode json = Certificate.of(faulty, suite, without, results, "vpcrig test");
    assertEquals("[\"several-cidrs\",\"protocol-0\"]", json.get("without").toString());
    assertTrue(json.get("skipped").asInt() > 4, json::toString);
    assertEquals(
        suite.cases().size(),
        json.get("passed").asInt() + json.get("failed").asInt() + json.get("skipped").asInt());
    assertEquals(suite.version(), json.get("suite").get("version").asInt());
    assertEquals(64, json.get("suite").get("sha256").asText().length());
    assertEquals(
        json.toString(), Certificate.of(faulty, suite, without, results, "vpcrig test").toString());
    assertNotEquals(
        json.get("sha256"),
        Certificate.of(faulty, suite, Set.of(), results, "vpcrig test").get("sha256"));
  }

  private void assertConforms(CompilerUnderTest compiler) {
    List<Conformance.Result> results = Conformance.run(compiler, suite, Set.of());
    assertEquals(
        List.of(),
        results.stream().filter(r -> r.outcome() != Conformance.Outcome.PASSED).toList());
  }
}
