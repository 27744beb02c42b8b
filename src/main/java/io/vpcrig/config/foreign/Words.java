package io.vpcrig.config.foreign;

import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import java.util.ArrayList;
import java.util.List;

/** The words of a line, in order, quotes of a shell taken off. */
final class Words {
  private final String file;
  private final int line;
  private final List<String> words = new ArrayList<>();
  private final List<Integer> columns = new ArrayList<>();
  private int at;

  /**
   * @param line 1-based
   */
  Words(String file, String text, int line) throws MalformedLineException {
    this.file = file;
    this.line = line;
    int i = 0;
    while (i < text.length()) {
      if (Character.isWhitespace(text.charAt(i))) {
        i++;
        continue;
      }
      columns.add(i + 1);
      StringBuilder word = new StringBuilder();
      char quote = 0;
      for (; i < text.length() && (quote != 0 || !Character.isWhitespace(text.charAt(i))); i++) {
        char c = text.charAt(i);
        if (quote != 0 && c == '\\' && i + 1 < text.length()) {
          word.append(text.charAt(++i));
        } else if (c == quote) {
          quote = 0;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
          quote = c;
        } else {
          word.append(c);
        }
      }
      if (quote != 0) {
        throw new MalformedLineException(
            file, line, columns.getLast(), "the quote that begins here does not end; close it");
      }
      words.add(word.toString());
    }
  }

  boolean atEnd() {
    return at == words.size();
  }

  /** The next word; empty at the end. */
  String peek() {
    return peek(0);
  }

  /** The word some words on; empty behind the end. */
  String peek(int ahead) {
    return at + ahead < words.size() ? words.get(at + ahead) : "";
  }

  String next() throws MalformedLineException {
    if (atEnd()) {
      throw malformed("the line ends too early");
    }
    return words.get(at++);
  }

  /** Steps over a word if it comes next. */
  boolean skip(String word) {
    boolean there = peek().equals(word);
    at += there ? 1 : 0;
    return there;
  }

  /** Steps over all that is left. */
  void skip() {
    at = words.size();
  }

  Origin origin() {
    return new Origin(file, line, columns.isEmpty() ? 1 : columns.getFirst());
  }

  /** Something wrong with the word taken last. */
  MalformedLineException malformed(String problem) {
    int column = columns.isEmpty() ? 1 : columns.get(Math.max(0, at - 1));
    return new MalformedLineException(file, line, column, problem);
  }
}
