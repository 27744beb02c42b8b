package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Protocol;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Hosts with a rule each, spread over more networks than an entry of an address table has numbers
 * for. A map is oracle enough to ask about every single host, and about its neighbours.
 */
class EveryHostTest {
  private static final int PORT = 80;

  @TestFactory
  Stream<DynamicTest> eachHostAndItsNeighboursAreToldWith() {
    return Stream.of(new Spread(70_000, 1), new Spread(65_600, 4))
        .flatMap(
            spread ->
                Classifiers.ORDER.stream()
                    .map(engine -> dynamicTest(spread + ", " + engine, () -> ask(engine, spread))));
  }

  /** Hosts apart from each other. */
  private record Spread(int networks, int hostsOfNetwork) {
    int host(int i) {
      int network = i / hostsOfNetwork * 0x9e_3779 << 8; // Odd: no two networks are the same.
      return network | 7 + i % hostsOfNetwork * 64;
    }

    int size() {
      return networks * hostsOfNetwork;
    }
  }

  private static void ask(String engine, Spread spread) {
    Map<Integer, Integer> positions = new HashMap<>();
    for (int i = 0; i < spread.size(); i++) {
      positions.put(spread.host(i), i);
    }
    assertEquals(spread.size(), positions.size());
    for (boolean bySource : new boolean[] {true, false}) {
      RuleSet rules =
          RandomRules.make(
              spread.size(),
              i -> {
                Cidr host = new Cidr(spread.host(i), 32);
                return RandomRules.tcp(
                    bySource ? host : Cidr.ANY, bySource ? Cidr.ANY : host, PORT, i);
              });
      Classifier classifier;
      try {
        classifier = Classifiers.byName(engine, rules);
      } catch (OverBudgetException e) {
        continue; // Rather than an answer that is wrong.
      }
      for (int i = 0; i < spread.size(); i++) {
        for (int address = spread.host(i) - 1; address <= spread.host(i) + 1; address++) {
          int asked = address;
          assertEquals(
              positions.getOrDefault(address, Classifier.NONE),
              classifier.classify(
                  bySource ? address : 0, bySource ? 0 : address, PORT, Protocol.TCP),
              () -> classifier + ", " + Integer.toHexString(asked) + " by source " + bySource);
        }
      }
    }
  }
}
