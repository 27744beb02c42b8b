package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;

/** Access lists of Cisco IOS. What no entry matches is denied. */
final class Cisco implements RuleFormat {
  @Override
  public String name() {
    return "cisco";
  }

  @Override
  public String title() {
    return "Cisco IOS access lists, standard and extended";
  }

  @Override
  public boolean detects(RuleText text) {
    return text.hasLine("access-list ", "ip access-list ");
  }

  @Override
  public RuleLists read(RuleText text) throws MalformedLineException {
    return CiscoReader.read(text);
  }

  @Override
  public List<Loss> write(List<FilterList> lists, StringBuilder out) {
    List<Loss> losses = new ArrayList<>();
    for (FilterList list : lists) {
      out.append("ip access-list extended ")
          .append(list.name().replaceAll("[^A-Za-z0-9_.:/-]", "_"))
          .append('\n');
      for (FilterRule rule : list.rules()) {
        Transports.split(rule, losses).forEach(part -> entries(part, out));
      }
      if (list.otherwise() == Action.ALLOW) {
        out.append(" permit ip any any\n");
      } else if (list.rules().isEmpty()) {
        out.append(" deny ip any any\n"); // A list without entries is none.
      }
      out.append("!\n");
    }
    return losses;
  }

  private static void entries(FilterRule rule, StringBuilder out) {
    String protocol = rule.protocol() == Protocol.ALL ? "ip" : Protocol.name(rule.protocol());
    String head = rule.action() == Action.ALLOW ? " permit " : " deny ";
    String from = protocol + address(rule.source());
    String to = address(rule.destination());
    if (rule.protocol() == Protocol.ICMP && !Transports.isAny(rule.destinationPorts())) {
      for (Icmp icmp : Icmp.of(rule.destinationPorts())) {
        String message = head + from + to + " " + icmp.type();
        if (icmp.isWholeType()) {
          out.append(message).append('\n');
          continue;
        }
        for (int code = icmp.firstCode(); code <= icmp.lastCode(); code++) {
          out.append(message).append(' ').append(code).append('\n');
        }
      }
      return;
    }
    out.append(head)
        .append(from)
        .append(ports(rule.sourcePorts()))
        .append(to)
        .append(ports(rule.destinationPorts()))
        .append('\n');
  }

  private static String address(Cidr cidr) {
    return switch (cidr.length()) {
      case 0 -> " any";
      case 32 -> " host " + Ipv4Text.format(cidr.address());
      default -> " " + Ipv4Text.format(cidr.network()) + " " + Ipv4Text.format(~cidr.mask());
    };
  }

  private static String ports(PortRange ports) {
    if (Transports.isAny(ports)) {
      return "";
    }
    return ports.first() == ports.last()
        ? " eq " + ports.first()
        : " range " + ports.first() + " " + ports.last();
  }
}
