package io.vpcrig.model;

import java.util.List;

/**
 * A rule list without state, whoever wrote it: the first rule that matches a header decides.
 *
 * @param rules in order of rank
 * @param otherwise what becomes of headers that no rule matches
 */
public record FilterList(String name, List<FilterRule> rules, Action otherwise) {
  /** Answer of {@link #firstMatch} when no rule matches. */
  public static final int NONE = -1;

  public FilterList {
    rules = List.copyOf(rules);
  }

  /**
   * Position of the first rule that matches a header, or {@link #NONE}; parameters as of {@link
   * FilterRule#matches}.
   */
  public int firstMatch(int source, int destination, int ports, int protocol) {
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).matches(source, destination, ports, protocol)) {
        return i;
      }
    }
    return NONE;
  }

  /** What becomes of a header whose first match is {@code position}. */
  public Action action(int position) {
    return position == NONE ? otherwise : rules.get(position).action();
  }
}
