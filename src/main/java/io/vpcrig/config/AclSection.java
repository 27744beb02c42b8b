package io.vpcrig.config;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.IcmpNames;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Section {@code acls}. */
final class AclSection {
  /** CloudStack's column. */
  static final int MAX_REASON = 2500;

  private static final List<String> DIRECTIONS = List.of("ingress", "egress");
  private static final List<String> ACTIONS = List.of("allow", "deny");

  private final Draft draft;

  AclSection(Draft draft) {
    this.draft = draft;
  }

  void read(YamlValue section) {
    for (YamlValue.Entry entry : section.named()) {
      if (isBuiltIn(entry.name())) {
        entry
            .key()
            .error(
                "list '"
                    + entry.name()
                    + "' is built in and can't be changed; choose another name");
        continue;
      }
      int errors = section.problems().errors();
      List<AclRule> rules = readRules(entry.value());
      draft.lists.put(
          entry.name(),
          section.problems().errors() == errors
              ? Optional.of(new AclList(entry.name(), rules, entry.key().origin()))
              : Optional.empty());
    }
  }

  static boolean isBuiltIn(String name) {
    return name.equals(AclList.DEFAULT_ALLOW.name()) || name.equals(AclList.DEFAULT_DENY.name());
  }

  private static List<AclRule> readRules(YamlValue list) {
    List<AclRule> rules = new ArrayList<>();
    Map<Integer, Integer> lines = new HashMap<>();
    for (YamlValue item : list.items()) {
      item.fields(
              "number",
              "direction",
              "action",
              "protocol",
              "ports",
              "icmp-type",
              "icmp-code",
              "cidr",
              "reason")
          .flatMap(fields -> readRule(fields, lines))
          .ifPresent(rules::add);
    }
    return rules;
  }

  private static Optional<AclRule> readRule(YamlFields fields, Map<Integer, Integer> lines) {
    Optional<Integer> number =
        fields.required("number", Texts.number("rule number", 1, Integer.MAX_VALUE));
    number.ifPresent(n -> refuseDuplicate(n, fields, lines));
    String direction = fields.optional("direction", Texts.word("direction", DIRECTIONS), "ingress");
    String action = fields.optional("action", Texts.word("action", ACTIONS), "allow");
    Optional<Integer> protocol = fields.required("protocol", Texts::protocol);
    Optional<PortRange> ports = fields.optional("ports", Texts.ports(0));
    int type =
        fields.optional(
            "icmp-type", Texts.number("ICMP type", -1, 255, "-1 is any"), IcmpNames.ANY);
    int code =
        fields.optional("icmp-code", Texts.number("ICMP code", -1, 16, "-1 is any"), IcmpNames.ANY);
    protocol.ifPresent(p -> refuseForeignFields(p, fields));
    if (code != IcmpNames.ANY
        && !fields.has("icmp-type")
        && protocol.filter(p -> p == Protocol.ICMP).isPresent()) {
      fields.at("icmp-code").error("ICMP code " + code + " of any type; add icmp-type: 0..255");
    }
    List<Cidr> cidrs = readCidrs(fields, "cidr", List.of(Cidr.ANY));
    fields.optional("reason", AclSection::reason);
    if (!fields.isClean()) {
      return Optional.empty();
    }
    boolean byNumber =
        protocol.orElseThrow() != Protocol.ICMP
            && fields.optional("protocol", text -> Character.isDigit(text.charAt(0)), false);
    return Optional.of(
        new AclRule(
            number.orElseThrow(),
            direction.equals("ingress") ? Direction.INGRESS : Direction.EGRESS,
            action.equals("allow") ? Action.ALLOW : Action.DENY,
            protocol.orElseThrow(),
            byNumber,
            ports,
            type,
            code,
            cidrs,
            fields.origin()));
  }

  private static void refuseDuplicate(int number, YamlFields fields, Map<Integer, Integer> lines) {
    YamlValue at = fields.at("number");
    Integer first = lines.putIfAbsent(number, at.origin().line());
    if (first != null) {
      at.error(
          "rule number "
              + number
              + " is used on line "
              + first
              + ", legal once in a list, both directions together; choose another");
    }
  }

  private static void refuseForeignFields(int protocol, YamlFields fields) {
    String name = Protocol.name(protocol);
    if (fields.has("ports") && (protocol == Protocol.ICMP || protocol == Protocol.ALL)) {
      fields
          .at("ports")
          .error(
              "ports with protocol "
                  + name
                  + ", legal with tcp, udp or a number; "
                  + (protocol == Protocol.ICMP
                      ? "use icmp-type"
                      : "remove them or name tcp or udp"));
    }
    if (protocol != Protocol.ICMP) {
      for (String key : List.of("icmp-type", "icmp-code")) {
        if (fields.has(key)) {
          fields
              .at(key)
              .error("'" + key + "' with protocol " + name + ", legal with icmp; remove it");
        }
      }
    }
  }

  /** One CIDR or a list of them. */
  static List<Cidr> readCidrs(YamlFields fields, String key, List<Cidr> absent) {
    Optional<YamlValue> value = fields.get(key);
    if (value.isEmpty()) {
      return absent;
    }
    List<Cidr> cidrs = new ArrayList<>();
    List<YamlValue> items = value.get().itemsOrOne();
    for (YamlValue item : items) {
      item.read(Texts::cidr)
          .ifPresent(
              cidr -> {
                HostBits.warn(item, cidr);
                cidrs.add(cidr);
              });
    }
    if (items.isEmpty() && !value.get().isMapping()) {
      value.get().error("no CIDR, legal at least one; leave '" + key + "' out for all addresses");
    }
    return cidrs;
  }

  private static String reason(String text) {
    if (text.length() > MAX_REASON) {
      throw new IllegalArgumentException(
          "reason of " + text.length() + " characters, legal up to " + MAX_REASON + "; shorten it");
    }
    return text;
  }
}
