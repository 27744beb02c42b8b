package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import java.util.List;

/** How nftables' objects, matches and verdicts are written: {@code nft -j}'s JSON or its text. */
interface NftNotation {
  /** A chain of type filter on a hook of the same name. */
  void hook(String name, int priority, Action policy);

  void chain(String name);

  void rule(String chain, List<String> statements);

  /** All that was added, as a table {@link NftWriter#TABLE} of family ip. */
  String table();

  /** A match of any of some connection states. */
  String states(List<String> states);

  String verdict(Action action);

  String jump(String chain);

  /**
   * @param field saddr or daddr
   */
  String address(String field, Cidr cidr);

  /** A match of a number of a header. */
  String number(String header, String field, PortRange range);
}
