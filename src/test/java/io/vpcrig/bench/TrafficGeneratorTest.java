package io.vpcrig.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrafficGeneratorTest {
  private static final int COUNT = 3000;

  @ParameterizedTest
  @EnumSource(Skew.class)
  void everyHeaderMatchesTheRuleItWasDrawnFrom(Skew skew) throws IOException {
    for (String family : RuleGenerator.names()) {
      RuleSet rules = RuleSet.of(RuleGenerator.named(family).generate(300, 1));
      HeaderTrace headers = new TrafficGenerator(COUNT, skew, false, 0).generate(rules, 2);
      assertEquals(COUNT, headers.size());
      for (int i = 0; i < COUNT; i++) {
        MatchRule rule = rules.rule(headers.madeFrom(i));
        assertTrue(
            rule.matches(
                headers.source(i), headers.destination(i), headers.ports(i), headers.protocol(i)),
            family + ", seed 2, header " + i);
      }
    }
  }

  @Test
  void distinctHeadersAreDistinct() throws IOException {
    RuleSet rules = RuleSet.of(RuleGenerator.named("acl1").generate(50, 1));
    HeaderTrace headers = new TrafficGenerator(COUNT, Skew.zipf, true, 20).generate(rules, 2);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < COUNT; i++) {
      seen.add(
          headers.source(i)
              + " "
              + headers.destination(i)
              + " "
              + headers.ports(i)
              + " "
              + headers.protocol(i));
    }
    assertEquals(COUNT, seen.size());
  }

  @Test
  void rulesWithTooFewHeadersAreToldSo() {
    MatchRule one =
        new MatchRule(
            new Cidr(5, 32),
            new Cidr(6, 32),
            new PortRange(7, 8),
            new PortRange(9, 9),
            Protocol.TCP,
            0,
            Quirk.NONE);
    RuleSet rules = RuleSet.of(List.of(one));
    assertEquals(2, new TrafficGenerator(2, Skew.uniform, true, 0).generate(rules, 1).size());
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new TrafficGenerator(3, Skew.uniform, true, 0).generate(rules, 1));
    assertTrue(e.getMessage().startsWith("3 distinct headers with skew uniform"), e.getMessage());
  }

  @Test
  void theMissesAreAsManyAsAskedForAndMatchNoRule() throws IOException, OverBudgetException {
    RuleSet rules = RuleSet.of(RuleGenerator.named("acl5").generate(100, 1));
    HeaderTrace headers = new TrafficGenerator(1000, Skew.uniform, false, 30).generate(rules, 2);
    int[] answers = headers.classifyWith(Classifiers.byName("linear", rules));
    int misses = 0;
    for (int i = 0; i < answers.length; i++) {
      assertEquals(answers[i] == Classifier.NONE, headers.madeFrom(i) == HeaderTrace.UNKNOWN);
      misses += answers[i] == Classifier.NONE ? 1 : 0;
    }
    assertEquals(300, misses);
  }

  @Test
  void noMissCanBeHadFromARuleThatMatchesEverything() {
    RuleSet rules =
        RuleSet.of(
            List.of(
                new MatchRule(
                    Cidr.ANY,
                    Cidr.ANY,
                    PortRange.ALL,
                    PortRange.ALL,
                    Protocol.ALL,
                    0,
                    Quirk.NONE)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TrafficGenerator(10, Skew.uniform, false, 10).generate(rules, 1));
  }

  @Test
  void skewedHeadersComeFromFewRules() throws IOException {
    RuleSet rules = RuleSet.of(RuleGenerator.named("fw1").generate(1000, 1));
    int uniform = ofTheTenMostFrequent(Skew.uniform, rules);
    int zipf = ofTheTenMostFrequent(Skew.zipf, rules);
    int hot = ofTheTenMostFrequent(Skew.hot, rules);
    assertTrue(uniform < 200, "uniform " + uniform);
    assertTrue(zipf > 800 && zipf < 1400, "zipf " + zipf);
    assertTrue(hot > 2600 && hot < 2800, "hot " + hot);
  }

  @Test
  void whatIsWrittenIsReadBackAndTheSameSeedGivesTheSameBytes() throws IOException {
    RuleSet rules = RuleSet.of(RuleGenerator.named("ipc1").generate(100, 1));
    var generator = new TrafficGenerator(COUNT, Skew.hot, true, 10);
    String text = text(generator.generate(rules, 5));
    assertEquals(text, text(generator.generate(rules, 5)));
    assertNotEquals(text, text(generator.generate(rules, 6)));
    HeaderTrace read = HeaderTrace.read("text", new ByteArrayInputStream(text.getBytes(US_ASCII)));
    assertEquals(text, text(read));
  }

  private static int ofTheTenMostFrequent(Skew skew, RuleSet rules) {
    HeaderTrace headers = new TrafficGenerator(COUNT, skew, false, 0).generate(rules, 3);
    int[] hits = new int[rules.size()];
    for (int i = 0; i < COUNT; i++) {
      hits[headers.madeFrom(i)]++;
    }
    Arrays.sort(hits);
    return Arrays.stream(hits, hits.length - 10, hits.length).sum();
  }

  private static String text(HeaderTrace headers) throws IOException {
    var out = new ByteArrayOutputStream();
    ClassBenchText.writeHeaders(headers, out);
    return out.toString(US_ASCII);
  }
}
