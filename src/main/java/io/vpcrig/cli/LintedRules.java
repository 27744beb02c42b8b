package io.vpcrig.cli;

import io.vpcrig.config.foreign.Loss;
import io.vpcrig.config.foreign.ReadList;
import io.vpcrig.query.lint.Finding;
import io.vpcrig.query.lint.ListLint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The lists of a file of rules, each linted.
 *
 * @param rules of all lists, as lines
 * @param lost what the lists do not say of what was written
 */
record LintedRules(int lists, int rules, List<Finding> findings, List<Loss> lost) {
  /**
   * @param limit for each list
   */
  static LintedRules of(RuleSource source, Duration limit) throws IOException {
    List<Finding> findings = new ArrayList<>();
    if (source.list().isEmpty()) {
      for (Loss loss : source.lists().beside()) {
        if (loss.kind() == Loss.Kind.EMPTY) {
          findings.add(
              new Finding(
                  Finding.Kind.NEVER_MATCHES,
                  source.format().name(),
                  loss.what(),
                  loss.origin(),
                  List.of()));
        }
      }
    }
    Set<Loss> lost = new LinkedHashSet<>();
    List<ReadList> chosen = source.chosen();
    for (ReadList read : chosen) {
      ListLint.Doubt doubt = new ListLint.Doubt(!read.isExact(), read.doubtful());
      findings.addAll(ListLint.of(read.list(), doubt, limit));
      read.losses().stream().filter(Loss::isLost).forEach(lost::add);
    }
    return new LintedRules(
        chosen.size(),
        chosen.stream().mapToInt(read -> read.list().rules().size()).sum(),
        findings,
        List.copyOf(lost));
  }
}
