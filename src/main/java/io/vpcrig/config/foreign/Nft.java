package io.vpcrig.config.foreign;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import java.util.List;

/** nftables' JSON. */
final class Nft implements RuleFormat {
  @Override
  public String name() {
    return "nft";
  }

  @Override
  public String title() {
    return "nft -j list ruleset: filter chains of families ip and inet";
  }

  @Override
  public boolean detects(RuleText text) {
    return text.first() == '{' && text.text().contains("\"nftables\"");
  }

  @Override
  public RuleLists read(RuleText text) throws MalformedLineException {
    return NftReader.read(text);
  }

  @Override
  public List<Loss> write(List<FilterList> lists, StringBuilder out) {
    return new NftWriter(new NftJson()).write(lists, out);
  }
}
