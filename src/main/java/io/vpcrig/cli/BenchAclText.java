package io.vpcrig.cli;

import io.vpcrig.acl.Classifiers;
import io.vpcrig.bench.AclBench;
import io.vpcrig.bench.Checksum;
import io.vpcrig.bench.Figures;
import io.vpcrig.bench.ResultTable;
import io.vpcrig.bench.Spread;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/** The results of one rule set for people. */
final class BenchAclText {
  private final String head;
  private final int verified;
  private final ResultTable table =
      new ResultTable(
          1, "engine", "build", "again", "memory", "M/s min", "median", "max", "95%", "core");
  private final Set<String> choices = new LinkedHashSet<>();
  private final Set<String> checksums = new TreeSet<>();

  /**
   * @param verified verdicts of each engine that are compared with linear search
   */
  BenchAclText(String set, int rules, int headers, int verified) {
    head = "%s: %,d rules, %,d headers%n".formatted(set, rules, headers);
    this.verified = verified;
  }

  /**
   * @param asked engine or {@code auto}
   */
  void add(String asked, AclBench.Result result) {
    Spread rate = result.lookups().rate();
    table.row(
        asked.equals(result.engine()) ? asked : asked + ": " + result.engine(),
        Figures.time((double) result.firstBuildNs()),
        Figures.time(result.furtherBuildsNs().median()),
        Figures.size(result.memoryBytes()),
        Figures.millions(rate.min()),
        Figures.millions(rate.median()),
        Figures.millions(rate.max()),
        Figures.plusMinus(result.lookups().confidence()),
        Figures.percent(result.lookups().share().median()));
    for (Classifiers.Refusal refusal : result.refused()) {
      choices.add(
          "auto took %s: %s, tried for %s, refused: %s%n"
              .formatted(
                  result.engine(),
                  refusal.engine(),
                  Figures.time((double) refusal.ns()),
                  refusal.why()));
    }
    checksums.add(Checksum.text(Checksum.of(result.verdicts())));
  }

  @Override
  public String toString() {
    return head
        + table
        + String.join("", choices)
        + "verdicts %s, %,d compared with linear search%n"
            .formatted(String.join(" ", checksums), verified);
  }
}
