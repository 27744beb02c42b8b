package io.vpcrig.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Which rules of one side share a prefix, before the prefixes have addresses.
 *
 * @param ofRule number of each rule's prefix
 * @param lengths of each prefix
 * @param firstRule first rule of each prefix
 */
record Prefixes(int[] ofRule, int[] lengths, int[] firstRule) {
  /**
   * Deals rules out to prefixes of their length, as many to each as the popularity says.
   *
   * @param lengths of each rule's prefix
   */
  static Prefixes deal(
      List<RuleModel.Popularity> popularity, int[] lengths, SplittableRandom random) {
    Map<Integer, List<RuleModel.Popularity>> byLength = new HashMap<>();
    for (RuleModel.Popularity row : popularity) {
      byLength.computeIfAbsent(row.length(), length -> new ArrayList<>()).add(row);
    }
    Map<Integer, Weighted<RuleModel.Popularity>> draws = new HashMap<>();
    byLength.forEach(
        (length, rows) -> draws.put(length, Weighted.of(rows, RuleModel.Popularity::prefixes)));

    int[] ofRule = new int[lengths.length];
    int[] open = new int[33];
    int[] left = new int[33];
    List<Integer> first = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      int length = lengths[i];
      if (left[length] == 0) {
        left[length] = draws.get(length).draw(random).rules();
        open[length] = first.size();
        first.add(i);
      }
      left[length]--;
      ofRule[i] = open[length];
    }
    int[] firstRule = first.stream().mapToInt(Integer::intValue).toArray();
    int[] prefixLengths = first.stream().mapToInt(i -> lengths[i]).toArray();
    return new Prefixes(ofRule, prefixLengths, firstRule);
  }
}
