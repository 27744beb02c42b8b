package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Flow;
import io.vpcrig.model.MalformedLineException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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

  private static final int LEAST_WORDS = 4;
  private static final int MOST_WORDS = 5;

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
  private final Optional<Action> otherwise;

  private TcamTable(List<Row> rows, Optional<Action> otherwise) {
    this.rows = rows;
    this.otherwise = otherwise;
  }

  /**
   * Reads rows, one a line, and a line that begins with {@code default}; blank lines and lines that
   * begin with # are none.
   */
  static TcamTable parse(String text) throws MalformedLineException {
    List<Row> rows = new ArrayList<>();
    Optional<Action> otherwise = Optional.empty();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String[] words = line.strip().split("\\s+");
      if (words.length == 2 && words[0].equals(RuleLines.DEFAULT)) {
        otherwise = Optional.of(action(words[1], number));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        rows.add(row(words, number));
      }
    }
    rows.sort(Comparator.comparingLong(Row::priority).reversed());
    return new TcamTable(rows, otherwise);
  }

  private static Row row(String[] words, int number) throws MalformedLineException {
    if (words.length < LEAST_WORDS || words.length > MOST_WORDS) {
      throw bad(number, words.length + " words, legal: PRIORITY VALUE MASK ACTION [LABEL]");
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
    if (best != null) {
      return new Answer(
          Answer.Verdict.of(best.action), Answer.UNTOLD, "line " + best.line + " of its output");
    }
    return otherwise
        .map(action -> new Answer(Answer.Verdict.of(action), Answer.UNTOLD, "its default"))
        .orElse(
            new Answer(Answer.Verdict.NOTHING, Answer.UNTOLD, "no row matches, nor is a default"));
  }

  private static MalformedLineException bad(int line, String problem) {
    return new MalformedLineException("stdout", line, 1, problem);
  }
}
