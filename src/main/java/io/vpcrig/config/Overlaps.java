package io.vpcrig.config;

import io.vpcrig.model.Cidr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

/** Prefixes that overlap, without comparing each with each: prefixes are nested or apart. */
final class Overlaps {
  private Overlaps() {}

  /** A prefix and whose it is. */
  record Net<T>(Cidr cidr, T owner) {}

  /**
   * Reports every prefix that overlaps another, once, with the widest that covers it.
   *
   * @param nets in the order of the file
   * @param report the one written later, and the one written first
   */
  static <T> void find(List<Net<T>> nets, BiConsumer<Net<T>, Net<T>> report) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < nets.size(); i++) {
      order.add(i);
    }
    order.sort(
        Comparator.<Integer>comparingLong(i -> nets.get(i).cidr().network() & 0xffff_ffffL)
            .thenComparingInt(i -> nets.get(i).cidr().length())
            .thenComparingInt(i -> i));
    int widest = -1;
    for (int i : order) {
      if (widest < 0 || !nets.get(widest).cidr().contains(nets.get(i).cidr())) {
        widest = i;
      } else {
        report.accept(nets.get(Math.max(i, widest)), nets.get(Math.min(i, widest)));
      }
    }
  }
}
