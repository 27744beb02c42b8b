package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.PortRange;
import java.util.ArrayList;
import java.util.List;

/** For {@code nft -j -f} (libnftables-json(5)). */
final class NftJson implements NftNotation {
  private static final String PLACE =
      "\"family\": \"ip\", \"table\": \"%s\"".formatted(NftWriter.TABLE);

  private final List<String> objects = new ArrayList<>();

  NftJson() {
    objects.add("{\"metainfo\": {\"json_schema_version\": 1}}");
    objects.add("{\"table\": {\"family\": \"ip\", \"name\": \"%s\"}}".formatted(NftWriter.TABLE));
  }

  @Override
  public void hook(String name, int priority, Action policy) {
    objects.add(
        ("{\"chain\": {%s, \"name\": \"%s\", \"type\": \"filter\", \"hook\": \"%s\", \"prio\": %d,"
                + " \"policy\": \"%s\"}}")
            .formatted(PLACE, name, name, priority, word(policy)));
  }

  @Override
  public void chain(String name) {
    objects.add("{\"chain\": {%s, \"name\": \"%s\"}}".formatted(PLACE, name));
  }

  @Override
  public void rule(String chain, List<String> statements) {
    objects.add(
        "{\"rule\": {%s, \"chain\": \"%s\", \"expr\": [%s]}}"
            .formatted(PLACE, chain, String.join(", ", statements)));
  }

  @Override
  public String table() {
    return "{\"nftables\": [\n" + String.join(",\n", objects) + "\n]}\n";
  }

  @Override
  public String states(List<String> states) {
    String quoted = '"' + String.join("\", \"", states) + '"';
    return "{\"match\": {\"op\": \"in\", \"left\": {\"ct\": {\"key\": \"state\"}}, \"right\": %s}}"
        .formatted(states.size() == 1 ? quoted : "[" + quoted + "]");
  }

  @Override
  public String verdict(Action action) {
    return "{\"" + word(action) + "\": null}";
  }

  private static String word(Action action) {
    return action == Action.ALLOW ? "accept" : "drop";
  }

  @Override
  public String jump(String chain) {
    return "{\"jump\": {\"target\": \"%s\"}}".formatted(chain);
  }

  @Override
  public String address(String field, Cidr cidr) {
    return payload(
        "ip",
        field,
        "{\"prefix\": {\"addr\": \"%s\", \"len\": %d}}"
            .formatted(Ipv4Text.format(cidr.network()), cidr.length()));
  }

  @Override
  public String number(String header, String field, PortRange range) {
    return payload(
        header,
        field,
        range.first() == range.last()
            ? Integer.toString(range.first())
            : "{\"range\": [%d, %d]}".formatted(range.first(), range.last()));
  }

  private static String payload(String protocol, String field, String right) {
    return ("{\"match\": {\"op\": \"==\", \"left\": {\"payload\": {\"protocol\": \"%s\","
            + " \"field\": \"%s\"}}, \"right\": %s}}")
        .formatted(protocol, field, right);
  }
}
