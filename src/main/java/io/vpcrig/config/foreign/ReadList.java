package io.vpcrig.config.foreign;

import io.vpcrig.model.FilterList;
import java.util.List;

/**
 * A rule list as it was read.
 *
 * @param losses what of it a list without state can't say
 */
public record ReadList(FilterList list, List<Loss> losses) {
  public ReadList {
    losses = List.copyOf(losses);
  }

  /** Whether the list means what was written. */
  public boolean isWhole() {
    return losses.stream().noneMatch(Loss::isLost);
  }
}
