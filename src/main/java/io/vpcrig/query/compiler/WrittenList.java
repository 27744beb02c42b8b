package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Origin;
import java.util.ArrayList;
import java.util.List;

/**
 * A list as compilers are given it. What it means is its first match over {@link #expanded}, by
 * linear search: the reference that compiled forms are held against.
 *
 * @param otherwise what becomes of headers that no rule matches
 */
public record WrittenList(List<WrittenRule> rules, Action otherwise) {
  public WrittenList {
    rules = List.copyOf(rules);
  }

  /** The nearest list to one of another format. */
  public static WrittenList near(FilterList list) {
    return new WrittenList(list.rules().stream().map(WrittenRule::near).toList(), list.otherwise());
  }

  /** One prefix of each kind a line; the origin's line is the 1-based number of the rule. */
  public FilterList expanded() {
    List<FilterRule> lines = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      String number = Integer.toString(i + 1);
      lines.addAll(rules.get(i).lines(number, new Origin("rule", i + 1, 0)));
    }
    return new FilterList("written", lines, otherwise);
  }

  /** What the list means for each header. */
  public List<Answer> meant(List<Flow> headers) {
    FilterList list = expanded();
    return headers.stream().map(header -> meant(list, header)).toList();
  }

  private static Answer meant(FilterList list, Flow header) {
    int at =
        list.firstMatch(header.source(), header.destination(), header.ports(), header.protocol());
    if (at == FilterList.NONE) {
      return new Answer(Answer.Verdict.of(list.otherwise()), Answer.DEFAULT, "the default");
    }
    int rule = list.rules().get(at).origin().line() - 1;
    return new Answer(Answer.Verdict.of(list.action(at)), rule, "rule " + (rule + 1));
  }

  WrittenList withRules(List<WrittenRule> others) {
    return new WrittenList(others, otherwise);
  }

  WrittenList with(int position, WrittenRule rule) {
    List<WrittenRule> changed = new ArrayList<>(rules);
    changed.set(position, rule);
    return withRules(changed);
  }
}
