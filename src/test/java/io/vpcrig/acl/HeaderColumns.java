package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Headers as the columns of a batch, with the answers that are due: what {@link MatchRule#matches}
 * says, rule by rule.
 */
final class HeaderColumns {
  /** What a result holds before it is answered. */
  static final int UNTOUCHED = -77;

  final int[] source;
  final int[] destination;
  final int[] ports;
  final int[] protocol;
  final int[] expected;

  HeaderColumns(RuleSet rules, HeaderTrace headers) {
    int n = headers.size();
    source = new int[n];
    destination = new int[n];
    ports = new int[n];
    protocol = new int[n];
    expected = new int[n];
    Arrays.setAll(source, headers::source);
    Arrays.setAll(destination, headers::destination);
    Arrays.setAll(ports, headers::ports);
    Arrays.setAll(protocol, headers::protocol);
    Arrays.setAll(expected, i -> define(rules, i));
  }

  private int define(RuleSet rules, int i) {
    for (int position = 0; position < rules.size(); position++) {
      if (rules.rule(position).matches(source[i], destination[i], ports[i], protocol[i])) {
        return position;
      }
    }
    return Classifier.NONE;
  }

  int size() {
    return source.length;
  }

  /** Every entry from 0 on. */
  int[] all() {
    int[] live = new int[size()];
    Arrays.setAll(live, i -> i);
    return live;
  }

  /** Both forms of a question, about every header. */
  void assertAnsweredBy(Classifier classifier, Supplier<String> what) {
    for (int i = 0; i < size(); i++) {
      int header = i;
      int answer = classifier.classify(source[i], destination[i], ports[i], protocol[i]);
      assertEquals(expected[i], answer, () -> wrong("one", header, classifier, what));
    }
    assertAnsweredBy(classifier, all(), size(), what);
  }

  /** The batch form, about the first {@code count} of {@code live}; the rest stays untouched. */
  void assertAnsweredBy(Classifier classifier, int[] live, int count, Supplier<String> what) {
    int[] due = new int[size()];
    Arrays.fill(due, UNTOUCHED);
    int[] result = due.clone();
    for (int k = 0; k < count; k++) {
      due[live[k]] = expected[live[k]];
    }
    classifier.classify(source, destination, ports, protocol, live, count, result);
    for (int i = 0; i < size(); i++) {
      int header = i;
      assertEquals(due[i], result[i], () -> wrong(count + " at once", header, classifier, what));
    }
  }

  private String wrong(String form, int i, Classifier classifier, Supplier<String> what) {
    return String.format(
        "%s, asked %s, header %d: %08x -> %08x ports %08x protocol %d, %s",
        classifier, form, i, source[i], destination[i], ports[i], protocol[i], what.get());
  }
}
