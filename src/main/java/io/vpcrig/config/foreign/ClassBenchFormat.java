package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.ClassBench;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@link ClassBench}: one list without actions, allowed where a rule matches. */
final class ClassBenchFormat implements RuleFormat {
  private static final String LIST = "rules";

  @Override
  public String name() {
    return "classbench";
  }

  @Override
  public String title() {
    return "ClassBench filter set";
  }

  @Override
  public boolean detects(RuleText text) {
    return text.first() == '@' || text.first() == '#' && text.hasLine("@");
  }

  @Override
  public RuleLists read(RuleText text) throws MalformedLineException {
    RuleLists.Eager lists = new RuleLists.Eager();
    try {
      byte[] bytes = text.text().getBytes(StandardCharsets.ISO_8859_1);
      lists
          .list(LIST, Action.DENY)
          .rules
          .addAll(ClassBench.read(text.file(), new ByteArrayInputStream(bytes)));
    } catch (MalformedLineException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Bytes in memory can always be read.
    }
    return lists;
  }

  @Override
  public List<Loss> write(List<FilterList> lists, StringBuilder out) {
    FilterList list = ListName.only(lists, name());
    List<Loss> losses = new ArrayList<>();
    for (FilterRule rule : list.rules()) {
      if (rule.action() == Action.DENY) {
        losses.add(
            Loss.lost(
                rule.origin(), "rule " + rule.label() + ": denies, and no rule says so here"));
      }
      ClassBench.append(
          out,
          Addresses.network(rule.source()),
          Addresses.network(rule.destination()),
          rule.sourcePorts(),
          rule.destinationPorts(),
          rule.protocol());
    }
    if (list.otherwise() == Action.ALLOW) {
      losses.add(
          Loss.lost(
              Origin.BUILT_IN,
              list.name() + " allows what no rule matches, which is not said here"));
    }
    return losses;
  }
}
