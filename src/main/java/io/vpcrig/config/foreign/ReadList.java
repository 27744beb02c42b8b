package io.vpcrig.config.foreign;

import io.vpcrig.model.FilterList;
import java.util.List;
import java.util.Set;

/**
 * A rule list as it was read.
 *
 * @param losses what of it a list without state can't say
 * @param isExact whether the list judges the packets it is about as what was written does; a list
 *     for packets of some interfaces may be exact, and yet not whole
 * @param doubtful positions of lines that may match less than they say, or stand for rules that may
 *     match more
 */
public record ReadList(FilterList list, List<Loss> losses, boolean isExact, Set<Integer> doubtful) {
  public ReadList {
    losses = List.copyOf(losses);
    doubtful = Set.copyOf(doubtful);
  }

  /** All of whose lines match what they say; exact if nothing was lost. */
  public ReadList(FilterList list, List<Loss> losses) {
    this(list, losses, losses.stream().noneMatch(Loss::isLost), Set.of());
  }

  /** Whether the list means what was written. */
  public boolean isWhole() {
    return losses.stream().noneMatch(Loss::isLost);
  }
}
