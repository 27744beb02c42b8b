package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.PortRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** nftables' text, nft(8), for people and for {@code nft -f}. It is only written. */
final class NftText implements RuleFormat {
  @Override
  public String name() {
    return "nft-text";
  }

  @Override
  public String title() {
    return "nft's text, for nft -f; written only";
  }

  @Override
  public boolean detects(RuleText text) {
    return text.text()
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .findFirst()
        .filter(line -> line.matches("(flush ruleset|(add )?table \\w+( \\w+)?( \\{)?).*"))
        .isPresent();
  }

  @Override
  public RuleLists read(RuleText text) throws MalformedLineException {
    throw new MalformedLineException(
        text.file(),
        1,
        1,
        "nft's text is written only; load it and give what 'nft -j list ruleset' prints");
  }

  @Override
  public boolean isReadable() {
    return false;
  }

  @Override
  public List<Loss> write(List<FilterList> lists, StringBuilder out) {
    return new NftWriter(new Notation()).write(lists, out);
  }

  private static final class Notation implements NftNotation {
    private final Map<String, List<String>> chains = new LinkedHashMap<>();

    @Override
    public void hook(String name, int priority, Action policy) {
      chain(name);
      String verdict = verdict(policy);
      chains
          .get(name)
          .add("type filter hook %s priority %d; policy %s;".formatted(name, priority, verdict));
    }

    @Override
    public void chain(String name) {
      chains.put(name, new ArrayList<>());
    }

    @Override
    public void rule(String chain, List<String> statements) {
      chains.get(chain).add(String.join(" ", statements));
    }

    @Override
    public String table() {
      StringBuilder text = new StringBuilder("table ip " + NftWriter.TABLE + " {\n");
      chains.forEach(
          (name, lines) -> {
            text.append("  chain ").append(name).append(" {\n");
            lines.forEach(line -> text.append("    ").append(line).append('\n'));
            text.append("  }\n");
          });
      return text.append("}\n").toString();
    }

    @Override
    public String states(List<String> states) {
      return "ct state " + String.join(",", states);
    }

    @Override
    public String verdict(Action action) {
      return action == Action.ALLOW ? "accept" : "drop";
    }

    @Override
    public String jump(String chain) {
      return "jump " + chain;
    }

    @Override
    public String address(String field, Cidr cidr) {
      return "ip " + field + " " + Ipv4Text.format(cidr.network()) + "/" + cidr.length();
    }

    @Override
    public String number(String header, String field, PortRange range) {
      return header + " " + field + " " + range;
    }
  }
}
