package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Flow;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Faults as rule compilers have them, each planted in a copy of {@link CopiedCompiler}. */
final class Faults {
  private Faults() {}

  /** The faulty copies, by what is wrong with them. */
  static Map<String, CompilerUnderTest> all() {
    Map<String, CompilerUnderTest> faults = new LinkedHashMap<>();
    arrangement(faults);
    ports(faults);
    protocols(faults);
    prefixes(faults);
    defaults(faults);
    return faults;
  }

  private static void arrangement(Map<String, CompilerUnderTest> faults) {
    faults.put("order inverted", arranged(List::reversed));
    faults.put(
        "last rule dropped",
        arranged(rules -> rules.isEmpty() ? rules : rules.subList(0, rules.size() - 1)));
    faults.put(
        "denies sorted before allows",
        arranged(
            rules ->
                rules.stream()
                    .sorted(Comparator.comparing(WrittenRule::action).reversed())
                    .toList()));
    faults.put(
        "of equal rules the last is kept",
        arranged(rules -> List.copyOf(new LinkedHashSet<>(rules.reversed())).reversed()));
    faults.put(
        "rules that differ in their action only are taken for equal", arranged(Faults::merge));
    faults.put(
        "two rules get one priority, the later wins",
        arranged(
            rules -> {
              List<WrittenRule> pairs = new ArrayList<>();
              for (int i = 0; i < rules.size(); i += 2) {
                pairs.addAll(rules.subList(i, Math.min(i + 2, rules.size())).reversed());
              }
              return pairs;
            }));
    faults.put(
        "a rule that overlaps an earlier one of its action is left out", arranged(Faults::drop));
    faults.put("allows for every protocol come last", arranged(Faults::general));
    faults.put(
        "of several prefixes all but the last lose their place", arranged(Faults::expandedBadly));
  }

  private static List<WrittenRule> merge(List<WrittenRule> rules) {
    List<WrittenRule> kept = new ArrayList<>();
    for (WrittenRule rule : rules) {
      kept.removeIf(other -> other.withAction(Action.ALLOW).equals(rule.withAction(Action.ALLOW)));
      kept.add(rule);
    }
    return kept;
  }

  private static List<WrittenRule> drop(List<WrittenRule> rules) {
    List<WrittenRule> kept = new ArrayList<>();
    for (WrittenRule rule : rules) {
      if (kept.stream().noneMatch(o -> o.action() == rule.action() && !o.disjoint(rule))) {
        kept.add(rule);
      }
    }
    return kept;
  }

  private static List<WrittenRule> general(List<WrittenRule> rules) {
    return rules.stream()
        .sorted(
            Comparator.comparing(
                rule -> rule.protocol() == Protocol.ALL && rule.action() == Action.ALLOW))
        .toList();
  }

  private static List<WrittenRule> expandedBadly(List<WrittenRule> rules) {
    List<WrittenRule> lines = new ArrayList<>();
    List<WrittenRule> late = new ArrayList<>();
    for (WrittenRule rule : rules) {
      List<Cidr> sources = rule.sources();
      lines.add(rule.withSources(List.of(sources.getLast())));
      sources
          .subList(0, sources.size() - 1)
          .forEach(source -> late.add(rule.withSources(List.of(source))));
    }
    lines.addAll(late);
    return lines;
  }

  private static void ports(Map<String, CompilerUnderTest> faults) {
    faults.put("first port off by one", ranges((r, port) -> r.first() < port && port <= r.last()));
    faults.put(
        "upper bound exclusive",
        ranges(
            (r, port) ->
                r.first() <= port && (port < r.last() || r.size() == 1 || r.last() == 65535)));
    faults.put(
        "last port off by one",
        ranges((r, port) -> r.first() <= port && port <= Math.min(65535, r.last() + 1)));
    faults.put(
        "only the first port of a range", ranges((r, p) -> r.size() == 65536 || p == r.first()));
    faults.put(
        "port 0 taken for any",
        ranges((r, p) -> r.equals(new PortRange(0, 0)) || r.first() <= p && p <= r.last()));
    faults.put(
        "port 65535 never matches",
        ranges((r, p) -> r.size() == 65536 || r.first() <= p && p <= r.last() && p != 65535));
    faults.put(
        "ports are signed",
        ranges(
            (r, p) ->
                (short) r.first() <= (short) p && (short) p <= (short) r.last()
                    || r.size() == 65536));
    faults.put(
        "absent ports become port 0",
        ranges((r, p) -> r.size() == 65536 ? p == 0 : r.first() <= p && p <= r.last()));
    faults.put(
        "a range is cut down to its first aligned block",
        ranges(
            (r, p) -> {
              int block =
                  Math.min(
                      r.first() == 0 ? 65536 : Integer.lowestOneBit(r.first()),
                      Integer.highestOneBit(r.size()));
              return r.first() <= p && p < r.first() + block;
            }));
    faults.put(
        "source ports ignored",
        new CopiedCompiler() {
          @Override
          boolean sourcePorts(WrittenRule rule, Flow header) {
            return true;
          }
        });
    faults.put("ICMP type and code ignored", types((types, value) -> true));
    faults.put(
        "ICMP code ignored",
        types((types, value) -> types.size() == 65536 || types.first() >>> 8 == value >>> 8));
    faults.put(
        "ICMP type without a code matches code 0 only",
        types((types, value) -> types.size() == 65536 || types.first() == value));
    faults.put(
        "ICMP type 255 taken for any",
        types((types, value) -> types.first() >>> 8 == 255 || types.contains(value)));
  }

  private static void protocols(Map<String, CompilerUnderTest> faults) {
    faults.put(
        "protocol 0 taken for any",
        protocol((rule, p) -> rule.protocol() <= 0 || rule.protocol() == p));
    faults.put(
        "protocol 0 matches nothing",
        protocol((rule, p) -> rule.protocol() == Protocol.ALL || rule.protocol() == p && p != 0));
    faults.put(
        "udp taken for tcp",
        protocol(
            (rule, p) ->
                rule.protocol() == Protocol.ALL
                    || (rule.protocol() == Protocol.UDP ? Protocol.TCP : rule.protocol()) == p));
    faults.put(
        "any taken for tcp and udp",
        protocol(
            (rule, p) ->
                rule.protocol() == Protocol.ALL ? WrittenRule.hasPorts(p) : rule.protocol() == p));
    faults.put(
        "protocols without a name are left out",
        protocol(
            (rule, p) ->
                rule.protocol() == Protocol.ALL || Feature.isNamed(p) && rule.protocol() == p));
    faults.put(
        "protocols above 127 are negative",
        protocol((rule, p) -> rule.protocol() == Protocol.ALL || rule.protocol() == (byte) p));
    faults.put(
        "a protocol by number loses its ports",
        new CopiedCompiler() {
          @Override
          boolean destinationPorts(WrittenRule rule, Flow header) {
            return rule.byNumber() || super.destinationPorts(rule, header);
          }
        });
  }

  private static void prefixes(Map<String, CompilerUnderTest> faults) {
    faults.put(
        "/0 is masked like /32",
        prefix(
            (cidr, a) ->
                (a & -1 << 32 - cidr.length()) == (cidr.address() & -1 << 32 - cidr.length())));
    faults.put(
        "/31 compared like /32",
        prefix((cidr, a) -> cidr.length() == 31 ? a == cidr.network() : cidr.contains(a)));
    faults.put(
        "/32 matches its neighbour",
        prefix(
            (cidr, a) -> cidr.length() == 32 ? (a ^ cidr.address()) >>> 1 == 0 : cidr.contains(a)));
    faults.put(
        "bits beyond the prefix are compared",
        prefix((cidr, a) -> (a & cidr.mask()) == cidr.address()));
    faults.put(
        "addresses from 128.0.0.0 on are negative",
        prefix(
            (cidr, a) ->
                cidr.length() == 0
                    || a >> 32 - cidr.length() == cidr.network() >>> 32 - cidr.length()));
    faults.put(
        "lengths are rounded to whole octets",
        prefix((cidr, a) -> new Cidr(cidr.address(), cidr.length() & ~7).contains(a)));
    faults.put(
        "network and broadcast address left out",
        prefix(
            (cidr, a) ->
                cidr.contains(a)
                    && (cidr.length() >= 31
                        || cidr.length() == 0
                        || a != cidr.network() && a != cidr.last())));
    faults.put(
        "of several prefixes only the first",
        new CopiedCompiler() {
          @Override
          boolean prefixes(List<Cidr> cidrs, int address) {
            return prefix(cidrs.getFirst(), address);
          }
        });
    faults.put(
        "source and destination swapped",
        new CopiedCompiler() {
          @Override
          boolean matches(WrittenRule rule, Flow header) {
            return super.matches(
                rule.withSources(rule.destinations()).withDestinations(rule.sources()), header);
          }
        });
    faults.put(
        "the destination is not looked at",
        new CopiedCompiler() {
          @Override
          boolean matches(WrittenRule rule, Flow header) {
            return super.matches(rule.withDestinations(List.of(Cidr.ANY)), header);
          }
        });
  }

  private static void defaults(Map<String, CompilerUnderTest> faults) {
    faults.put(
        "default inverted",
        otherwise(list -> list.otherwise() == Action.ALLOW ? Action.DENY : Action.ALLOW));
    faults.put("default is always deny", otherwise(list -> Action.DENY));
    faults.put(
        "an empty list allows",
        otherwise(list -> list.rules().isEmpty() ? Action.ALLOW : list.otherwise()));
    faults.put(
        "a list that only denies allows the rest",
        otherwise(
            list ->
                !list.rules().isEmpty()
                        && list.rules().stream().allMatch(rule -> rule.action() == Action.DENY)
                    ? Action.ALLOW
                    : list.otherwise()));
  }

  private static CompilerUnderTest arranged(
      Function<List<WrittenRule>, List<WrittenRule>> arrangement) {
    return new CopiedCompiler() {
      @Override
      List<WrittenRule> arranged(List<WrittenRule> rules) {
        return arrangement.apply(rules);
      }
    };
  }

  private static CompilerUnderTest otherwise(Function<WrittenList, Action> action) {
    return new CopiedCompiler() {
      @Override
      Action otherwise(WrittenList list) {
        return action.apply(list);
      }
    };
  }

  /** Whether a part of a rule fits a value. */
  private interface Fits<T> {
    boolean test(T part, int value);
  }

  private static CompilerUnderTest ranges(Fits<PortRange> fits) {
    return new CopiedCompiler() {
      @Override
      boolean range(PortRange ports, int port) {
        return fits.test(ports, port);
      }
    };
  }

  private static CompilerUnderTest types(Fits<PortRange> fits) {
    return new CopiedCompiler() {
      @Override
      boolean types(PortRange types, int typeAndCode) {
        return fits.test(types, typeAndCode);
      }
    };
  }

  private static CompilerUnderTest protocol(Fits<WrittenRule> fits) {
    return new CopiedCompiler() {
      @Override
      boolean protocol(WrittenRule rule, int protocol) {
        return fits.test(rule, protocol);
      }
    };
  }

  private static CompilerUnderTest prefix(Fits<Cidr> fits) {
    return new CopiedCompiler() {
      @Override
      boolean prefix(Cidr cidr, int address) {
        return fits.test(cidr, address);
      }
    };
  }
}
