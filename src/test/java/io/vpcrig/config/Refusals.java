package io.vpcrig.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks a text for its problems. The text shows with {@link #MARK} where a problem must be reported:
 * the line and column of what follows it.
 */
final class Refusals {
  static final char MARK = '§';

  /** A VPC with one public network and two tiers, to which tests append sections. */
  static final String BASE =
      """
      vpc: {name: v, cidr: 10.10.0.0/16}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      tiers:
        web: {gateway: 10.10.1.1/24, vlan: 101, acl: default_allow}
        app: {gateway: 10.10.2.1/24, vxlan: 5002, acl: default_allow}
      hosts:
        web1: {tier: web, address: 10.10.1.10}
        web2: {tier: web, address: 10.10.1.11}
        app1: {tier: app, address: 10.10.2.10}
      """;

  private Refusals() {}

  /** The text has exactly one error, at the mark, and it says all of the parts. */
  static void refuses(String marked, String path, String... parts) {
    Problem problem = only(marked, VpcFile.check(unmarked(marked), "vpc.yaml"), true);
    assertSays(problem, path, parts);
  }

  /** The text is a VPC with exactly one warning, at the mark, and it says all of the parts. */
  static void warns(String marked, String path, String... parts) {
    VpcFile.Outcome outcome = VpcFile.check(unmarked(marked), "vpc.yaml");
    Problem problem = only(marked, outcome, false);
    assertTrue(outcome.vpc().isPresent(), "warnings only, yet no VPC");
    assertSays(problem, path, parts);
  }

  /** The text is a VPC without any problem. */
  static Vpc accepts(String text) {
    VpcFile.Outcome outcome = VpcFile.check(text, "vpc.yaml");
    assertEquals(List.of(), outcome.problems());
    return outcome.vpc().orElseThrow();
  }

  /** As many errors as marks, in their order; what each says in the order of the file. */
  static List<String> refusesAll(String marked) {
    List<String> places = new ArrayList<>();
    for (int at = marked.indexOf(MARK); at >= 0; at = marked.indexOf(MARK, at + 1)) {
      places.add(place(marked, at));
    }
    List<Problem> errors =
        VpcFile.check(unmarked(marked), "vpc.yaml").problems().stream()
            .filter(Problem::isError)
            .toList();
    assertEquals(places, errors.stream().map(Refusals::place).toList(), errors::toString);
    return errors.stream().map(Problem::message).toList();
  }

  private static Problem only(String marked, VpcFile.Outcome outcome, boolean error) {
    List<Problem> found =
        outcome.problems().stream().filter(problem -> problem.isError() || !error).toList();
    assertEquals(1, found.size(), () -> "problems: " + outcome.problems());
    Problem problem = found.getFirst();
    assertEquals(error, problem.isError(), problem::toString);
    assertEquals(place(marked, marked.indexOf(MARK)), place(problem), problem::toString);
    return problem;
  }

  private static void assertSays(Problem problem, String path, String... parts) {
    assertEquals(path, problem.path(), problem::toString);
    for (String part : parts) {
      assertTrue(
          problem.message().contains(part), () -> "'" + part + "' is not in: " + problem.message());
    }
  }

  private static String place(Problem problem) {
    return problem.origin().line() + ":" + problem.origin().column();
  }

  /** Line and column of the character after the mark, in the text without marks. */
  private static String place(String marked, int mark) {
    String before = unmarked(marked.substring(0, mark));
    long line = before.chars().filter(c -> c == '\n').count() + 1;
    return line + ":" + (before.length() - before.lastIndexOf('\n'));
  }

  private static String unmarked(String marked) {
    return marked.replace(String.valueOf(MARK), "");
  }
}
