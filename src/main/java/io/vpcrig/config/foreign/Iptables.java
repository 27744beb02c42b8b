package io.vpcrig.config.foreign;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import java.util.List;

/** {@code iptables-save}. */
final class Iptables implements RuleFormat {
  @Override
  public String name() {
    return "iptables";
  }

  @Override
  public String title() {
    return "iptables-save of IPv4: tables filter, mangle, raw";
  }

  @Override
  public boolean detects(RuleText text) {
    return text.hasLine("*filter", "*nat", "*mangle", "*raw", "-A ", "-P ", ":INPUT ");
  }

  @Override
  public RuleLists read(RuleText text) throws MalformedLineException {
    return IptablesReader.read(text);
  }

  @Override
  public List<Loss> write(List<FilterList> lists, StringBuilder out) {
    return new IptablesWriter().write(lists, out);
  }
}
