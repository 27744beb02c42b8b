package io.vpcrig.config.foreign;

import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import java.util.List;
import java.util.Optional;

/** The name of a rule list: a list of both directions has one list for each of them. */
record ListName(String base, Optional<Direction> direction) {
  static ListName of(String name) {
    for (Direction direction : Direction.values()) {
      String suffix = suffix(direction);
      if (name.endsWith(suffix) && name.length() > suffix.length()) {
        return new ListName(
            name.substring(0, name.length() - suffix.length()), Optional.of(direction));
      }
    }
    return new ListName(name, Optional.empty());
  }

  static String of(String base, Direction direction) {
    return base + suffix(direction);
  }

  private static String suffix(Direction direction) {
    return direction == Direction.INGRESS ? ":ingress" : ":egress";
  }

  /** The direction a list is for: as named, or else the one whose rules test only one address. */
  static Direction direction(FilterList list) {
    return of(list.name())
        .direction()
        .orElseGet(
            () ->
                list.rules().stream().allMatch(rule -> Transports.isAny(rule.destination()))
                        || !list.rules().stream().allMatch(rule -> Transports.isAny(rule.source()))
                    ? Direction.INGRESS
                    : Direction.EGRESS);
  }

  /** The base with all but letters, digits, - and _ replaced, cut to a length. */
  String plain(int longest) {
    String plain = base.replaceAll("[^A-Za-z0-9_-]", "_");
    return plain.length() > longest ? plain.substring(0, longest) : plain;
  }

  /** Refuses more lists than a format can hold. */
  static FilterList only(List<FilterList> lists, String format) {
    if (lists.size() != 1) {
      throw new IllegalArgumentException(
          format + " holds one list, and there are " + lists.size() + " lists: " + names(lists));
    }
    return lists.getFirst();
  }

  static String names(List<FilterList> lists) {
    List<String> names = lists.stream().limit(8).map(FilterList::name).toList();
    return String.join(", ", names) + (lists.size() > 8 ? ", ..." : "");
  }
}
