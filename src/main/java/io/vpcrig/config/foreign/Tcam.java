package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Rows of a ternary memory: a header matches where it equals the value in all bits of the mask; of
 * rows that match, the one of the highest priority decides. Our own text, one row a line:
 *
 * <pre>
 *   PRIORITY VALUE MASK ACTION [LABEL]
 *
 *   value and mask, 26 hexadecimal digits, underscores anywhere:
 *   | source 8 | destination 8 | source port 4 | destination port 4 (ICMP: type 2, code 2) | protocol 2 |
 *
 *   default allow|deny      what becomes of headers that no row matches; deny if absent
 * </pre>
 *
 * Port ranges are split into prefixes. A mask with gaps is read too, as the rows without gaps that
 * it stands for.
 */
final class Tcam implements RuleFormat {
  private static final String LIST = "rows";
  private static final int DIGITS = 26;

  /** Most rules that one row may stand for. */
  private static final int MAX_SPLIT = 4096;

  @Override
  public String name() {
    return "tcam";
  }

  @Override
  public String title() {
    return "TCAM rows: PRIORITY VALUE MASK ACTION";
  }

  @Override
  public boolean detects(RuleText text) {
    return text.text()
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .findFirst()
        .filter(
            line ->
                line.matches("default\\s+(allow|deny)")
                    || line.matches("[0-9]+\\s+[0-9a-fA-F_]{26,}\\s+[0-9a-fA-F_]{26,}\\s.*"))
        .isPresent();
  }

  private record Row(long priority, List<FilterRule> rules) {}

  @Override
  public RuleLists read(RuleText text) throws MalformedLineException {
    List<Row> rows = new ArrayList<>();
    Action otherwise = Action.DENY;
    int number = 0;
    for (String line : text.lines()) {
      Words words = new Words(text.file(), line, ++number);
      if (words.atEnd() || words.peek().startsWith("#")) {
        continue;
      }
      if (words.skip("default")) {
        otherwise = action(words);
      } else {
        rows.add(row(words));
      }
      if (!words.atEnd()) {
        words.next();
        throw words.malformed("nothing may follow the row");
      }
    }
    rows.sort(Comparator.comparingLong(Row::priority).reversed());
    RuleLists.Eager lists = new RuleLists.Eager();
    RuleLists.Eager.Draft draft = lists.list(LIST, otherwise);
    rows.forEach(row -> draft.rules.addAll(row.rules));
    return lists;
  }

  private static Action action(Words words) throws MalformedLineException {
    return switch (words.next()) {
      case "allow" -> Action.ALLOW;
      case "deny" -> Action.DENY;
      default -> throw words.malformed("the action is neither allow nor deny");
    };
  }

  private static Row row(Words words) throws MalformedLineException {
    String priority = words.next();
    if (!priority.matches("[0-9]{1,18}")) {
      throw words.malformed("priority '" + priority + "', legal: a whole decimal number");
    }
    BigInteger value = key(words, "value");
    BigInteger mask = key(words, "mask");
    Action action = action(words);
    String label = words.atEnd() ? priority : words.next();
    Ranges sources = field(value, mask, 72, 32, words);
    Ranges destinations = field(value, mask, 40, 32, words);
    Box box =
        new Box(
            field(value, mask, 0, 8, words),
            sources,
            destinations,
            field(value, mask, 24, 16, words),
            field(value, mask, 8, 16, words));
    if (box.ruleCount() > MAX_SPLIT) {
      throw words.malformed(
          "the mask has gaps that stand for more than " + MAX_SPLIT + " rules; split the row");
    }
    return new Row(Long.parseLong(priority), box.rules(action, label, words.origin()));
  }

  private static BigInteger key(Words words, String what) throws MalformedLineException {
    String text = words.next().replace("_", "");
    if (!text.matches("[0-9a-fA-F]{" + DIGITS + "}")) {
      throw words.malformed(what + " '" + text + "', legal: " + DIGITS + " hexadecimal digits");
    }
    return new BigInteger(text, 16);
  }

  private static Ranges field(BigInteger value, BigInteger mask, int shift, int bits, Words words)
      throws MalformedLineException {
    long all = (1L << bits) - 1;
    long wanted = mask.shiftRight(shift).longValue() & all;
    return masked(value.shiftRight(shift).longValue() & wanted, ~wanted & all, words);
  }

  /** The numbers that equal a value outside of some free bits. */
  static Ranges masked(long value, long free, Words words) throws MalformedLineException {
    int low = Long.numberOfTrailingZeros(~free);
    long gaps = free & -1L << low;
    if (Long.bitCount(gaps) > 12) {
      throw words.malformed(
          "the mask has gaps that stand for more than " + MAX_SPLIT + " ranges; split the rule");
    }
    Ranges some = Ranges.NONE;
    long subset = 0;
    do {
      some = some.or(Ranges.of(value | subset, value | subset | (1L << low) - 1));
      subset = subset - gaps & gaps;
    } while (subset != 0);
    return some;
  }

  @Override
  public List<Loss> write(List<FilterList> lists, StringBuilder out) {
    FilterList list = ListName.only(lists, name());
    out.append(
        "# priority, value, mask, action, rule; fields: source destination sport dport protocol\n");
    out.append("default ").append(word(list.otherwise())).append('\n');
    long priority = list.rules().size();
    for (FilterRule rule : list.rules()) {
      for (Cidr from : prefixes(rule.sourcePorts())) {
        for (Cidr to : prefixes(rule.destinationPorts())) {
          boolean any = rule.protocol() == Protocol.ALL;
          out.append(priority)
              .append(
                  " %08x%08x%04x%04x%02x"
                      .formatted(
                          rule.source().network(),
                          rule.destination().network(),
                          from.network(),
                          to.network(),
                          any ? 0 : rule.protocol()))
              .append(
                  " %08x%08x%04x%04x%02x"
                      .formatted(
                          rule.source().mask(),
                          rule.destination().mask(),
                          from.mask() & 0xffff,
                          to.mask() & 0xffff,
                          any ? 0 : 0xff))
              .append(' ')
              .append(word(rule.action()))
              .append(' ')
              .append(rule.label().replaceAll("[\\s\"'\\\\]+", "_"))
              .append('\n');
        }
      }
      priority--;
    }
    return List.of();
  }

  private static String word(Action action) {
    return action == Action.ALLOW ? "allow" : "deny";
  }

  /** A port range as prefixes of 16 bits, in the low half of addresses. */
  private static List<Cidr> prefixes(PortRange ports) {
    return Ranges.of(ports).cidrs();
  }
}
