package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Flow;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.List;

/**
 * A small, right compiler. Every step of it can be replaced: faults are planted in copies of it by
 * overriding one.
 */
class CopiedCompiler implements CompilerUnderTest {
  @Override
  public String name() {
    return getClass().getSimpleName();
  }

  @Override
  public String identity() {
    return "a copy";
  }

  @Override
  public List<Answer> judge(WrittenList list, List<Flow> headers) {
    List<WrittenRule> rules = arranged(list.rules());
    return headers.stream().map(header -> judge(rules, list, header)).toList();
  }

  private Answer judge(List<WrittenRule> rules, WrittenList list, Flow header) {
    for (WrittenRule rule : rules) {
      if (matches(rule, header)) {
        return new Answer(Answer.Verdict.of(rule.action()), Answer.UNTOLD, RuleLines.of(rule));
      }
    }
    return new Answer(Answer.Verdict.of(otherwise(list)), Answer.UNTOLD, "the default");
  }

  /** Rules in the order in which they are tried. */
  List<WrittenRule> arranged(List<WrittenRule> rules) {
    return rules;
  }

  Action otherwise(WrittenList list) {
    return list.otherwise();
  }

  boolean matches(WrittenRule rule, Flow header) {
    return protocol(rule, header.protocol())
        && prefixes(rule.sources(), header.source())
        && prefixes(rule.destinations(), header.destination())
        && sourcePorts(rule, header)
        && destinationPorts(rule, header);
  }

  boolean protocol(WrittenRule rule, int protocol) {
    return rule.protocol() == Protocol.ALL || rule.protocol() == protocol;
  }

  boolean prefixes(List<Cidr> cidrs, int address) {
    return cidrs.stream().anyMatch(cidr -> prefix(cidr, address));
  }

  boolean prefix(Cidr cidr, int address) {
    return (address & cidr.mask()) == (cidr.address() & cidr.mask());
  }

  boolean sourcePorts(WrittenRule rule, Flow header) {
    return range(rule.sourcePorts(), header.ports() >>> 16);
  }

  boolean destinationPorts(WrittenRule rule, Flow header) {
    int low = header.ports() & 0xffff;
    return rule.protocol() == Protocol.ICMP
        ? types(rule.destinationPorts(), low)
        : range(rule.destinationPorts(), low);
  }

  boolean range(PortRange ports, int port) {
    return ports.first() <= port && port <= ports.last();
  }

  boolean types(PortRange types, int typeAndCode) {
    return types.first() <= typeAndCode && typeAndCode <= types.last();
  }
}
