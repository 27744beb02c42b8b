package io.vpcrig.model;

import java.util.List;

/**
 * A rule list without state, whoever wrote it: the first rule that matches a header decides.
 *
 * @param rules in order of rank
 * @param otherwise what becomes of headers that no rule matches
 */
public record FilterList(String name, List<FilterRule> rules, Action otherwise) {
  public FilterList {
    rules = List.copyOf(rules);
  }
}
