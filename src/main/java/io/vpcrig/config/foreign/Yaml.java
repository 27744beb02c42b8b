package io.vpcrig.config.foreign;

import io.vpcrig.config.AclFile;
import io.vpcrig.config.ConfigException;
import io.vpcrig.config.Problem;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;

/** Our own: the section {@code acls} of a VPC file, as it is meant. */
final class Yaml implements RuleFormat {
  @Override
  public String name() {
    return "yaml";
  }

  @Override
  public String title() {
    return "section acls of a VPC file, YAML";
  }

  @Override
  public boolean detects(RuleText text) {
    return text.text().lines().anyMatch(line -> line.matches("(acls|vpc):.*"));
  }

  @Override
  public RuleLists read(RuleText text) throws MalformedLineException {
    RuleLists.Eager lists = new RuleLists.Eager();
    try {
      for (AclList list : AclFile.parse(text.text(), text.file())) {
        if (!list.origin().equals(Origin.BUILT_IN)) {
          AccessLists.add(lists, list);
        }
      }
    } catch (ConfigException e) {
      throw malformed(e);
    }
    return lists;
  }

  private static MalformedLineException malformed(ConfigException e) {
    List<Problem> errors = e.problems().stream().filter(Problem::isError).toList();
    Problem first = errors.getFirst();
    String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more errors)";
    String path = first.path().isEmpty() ? "" : first.path() + ": ";
    return new MalformedLineException(
        first.origin().file(),
        first.origin().line(),
        first.origin().column(),
        path + first.message() + more);
  }

  @Override
  public List<Loss> write(List<FilterList> lists, StringBuilder out) {
    List<Loss> losses = new ArrayList<>();
    out.append("acls:\n");
    for (AclList list : AccessLists.of(lists, losses)) {
      out.append("  ").append(list.name()).append(list.rules().isEmpty() ? ": []\n" : ":\n");
      list.rules().forEach(rule -> write(rule, out));
    }
    return losses;
  }

  private static void write(AclRule rule, StringBuilder out) {
    out.append("    - {number: ")
        .append(rule.number())
        .append(", direction: ")
        .append(rule.direction() == Direction.INGRESS ? "ingress" : "egress")
        .append(", action: ")
        .append(rule.action() == Action.ALLOW ? "allow" : "deny")
        .append(", protocol: ")
        .append(Protocol.name(rule.protocol()));
    rule.ports().ifPresent(ports -> out.append(", ports: ").append(ports));
    if (rule.icmpType() >= 0) {
      out.append(", icmp-type: ").append(rule.icmpType());
    }
    if (rule.icmpCode() >= 0) {
      out.append(", icmp-code: ").append(rule.icmpCode());
    }
    out.append(", cidr: ").append(rule.cidrs().getFirst()).append("}\n");
  }
}
