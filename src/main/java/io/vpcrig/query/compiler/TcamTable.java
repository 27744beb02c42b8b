package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Flow;
import io.vpcrig.model.MalformedLineException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Rows of a ternary memory, 104 bits wide:
 *
 * <pre>
 *   | source 32 | destination 32 | source port 16 | destination port 16 | protocol 8 |
 * </pre>
 *
 * The row of the greatest priority decides. Rows of one priority that match one header and say
 * different things are two answers: which of them a memory takes is not defined.
 */
final class TcamTable {
  /** Hexadecimal digits of a key. */
  private static final int DIGITS = 26;

  private static final int HIGH_DIGITS = 16;

  private static final int WORDS = 4;

  /**
   * @param line 1-based line of the output
   */
  private record Row(long priority, Key value, Key mask, Action action, int line) {
    boolean matches(Key key) {
      return (key.high & mask.high) == (value.high & mask.high)
          && (key.low & mask.low) == (value.low & mask.low);
    }
  }

  /**
   * 104 bits.
   *
   * @param high the addresses
   * @param low the 40 bits behind them
   */
  private record Key(long high, long low) {}

  private final List<Row> rows;

  private TcamTable(List<Row> rows) {
    this.rows = rows;
  }

  /** Reads rows, one a line; blank lines and lines that begin with # are none. */
  static TcamTable parse(String text) throws MalformedLineException {
    List<Row> rows = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        rows.add(row(line, number));
      }
    }
    rows.sort(Comparator.comparingLong(Row::priority).reversed());
    return new TcamTable(rows);
  }

  private static Row row(String line, int number) throws MalformedLineException {
    String[] words = line.strip().split("\\s+");
    if (words.length != WORDS) {
      throw bad(number, "'" + line + "', legal: PRIORITY VALUE MASK ACTION");
    }
    if (!words[0].matches("[0-9]{1,18}")) {
      throw bad(number, "priority '" + words[0] + "', legal: a number of up to 18 digits");
    }
    return new Row(
        Long.parseLong(words[0]),
        key("value", words[1], number),
        key("mask", words[2], number),
        action(words[3], number),
        number);
  }

  private static Key key(String what, String word, int number) throws MalformedLineException {
    String digits = word.replace("_", "");
    if (!digits.matches("[0-9a-fA-F]{" + DIGITS + "}")) {
      throw bad(number, what + " '" + word + "', legal: " + DIGITS + " hexadecimal digits");
    }
    return new Key(
        Long.parseUnsignedLong(digits.substring(0, HIGH_DIGITS), 16),
        Long.parseUnsignedLong(digits.substring(HIGH_DIGITS), 16));
  }

  private static Action action(String word, int number) throws MalformedLineException {
    return RuleLines.action(word)
        .orElseThrow(() -> bad(number, "action '" + word + "', legal: allow, deny"));
  }

  Answer judge(Flow header) {
    Key key =
        new Key(
            (long) header.source() << 32 | Integer.toUnsignedLong(header.destination()),
            Integer.toUnsignedLong(header.ports()) << 8 | header.protocol());
    Row best = null;
    for (Row row : rows) {
      if (best != null && row.priority < best.priority) {
        break;
      }
      if (row.matches(key)) {
        if (best != null && row.action != best.action) {
          return new Answer(
              Answer.Verdict.BOTH,
              Answer.UNTOLD,
              "lines %d and %d of its output, both of priority %d"
                  .formatted(best.line, row.line, row.priority));
        }
        best = best == null ? row : best;
      }
    }
    return best == null
        ? new Answer(Answer.Verdict.NOTHING, Answer.UNTOLD, "no row matches")
        : new Answer(
            Answer.Verdict.of(best.action), Answer.UNTOLD, "line " + best.line + " of its output");
  }

  private static MalformedLineException bad(int line, String problem) {
    return new MalformedLineException("stdout", line, 1, problem);
  }
}
