package io.vpcrig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleSet;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OracleTest {
  @Test
  void rightAnswersPassAndAWrongOneIsFound() throws IOException, OverBudgetException {
    RuleSet rules = RuleSet.of(RuleGenerator.named("ipc1").generate(200, 1));
    HeaderTrace headers = new TrafficGenerator(500, Skew.uniform, true, 5).generate(rules, 2);
    int[] verdicts = headers.classifyWith(Classifiers.byName("linear", rules));
    Oracle oracle = Oracle.of(rules, headers, Long.MAX_VALUE, 2);
    assertEquals(500, oracle.size());
    assertEquals(Optional.empty(), oracle.difference("engine", verdicts));
    int right = verdicts[123]++;
    assertEquals(
        Optional.of(
            "header 123: linear search answers %d, engine answers %d".formatted(right, right + 1)),
        oracle.difference("engine", verdicts));
  }

  @Test
  void aSampleKeepsToItsLimitAndIsSpreadOverTheTrace() throws IOException, OverBudgetException {
    RuleSet rules = RuleSet.of(RuleGenerator.named("acl3").generate(100, 1));
    HeaderTrace headers = new TrafficGenerator(1000, Skew.uniform, false, 0).generate(rules, 2);
    Oracle oracle = Oracle.of(rules, headers, 5000, 1);
    assertEquals(50, oracle.size());
    int[] verdicts = headers.classifyWith(Classifiers.byName("linear", rules));
    verdicts[980]++;
    assertTrue(oracle.difference("engine", verdicts).isPresent(), "header 980 is in the sample");
    verdicts[980]--;
    verdicts[981]++;
    assertEquals(Optional.empty(), oracle.difference("engine", verdicts));
    assertEquals(1, Oracle.of(rules, headers, 1, 1).size());
  }

  @Test
  void theChecksumIsThatOfThePeers() {
    assertEquals(7, Checksum.of(new int[0]));
    assertEquals(((7L * 31 + 5) * 31) + 0xffff_ffffL, Checksum.of(new int[] {5, -1}));
    assertEquals("00000000000000ff", Checksum.text(255));
  }
}
