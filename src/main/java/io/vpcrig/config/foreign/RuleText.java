package io.vpcrig.config.foreign;

import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import io.vpcrig.model.TextInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A file with rules, read whole.
 *
 * @param file name for messages
 */
public record RuleText(String file, String text) {
  /** Longest text, bytes. */
  public static final int MAX_BYTES = 64 << 20;

  /** Reads to the end of a stream, compressed by gzip or not. */
  public static RuleText read(String file, InputStream stream) throws IOException {
    byte[] bytes = TextInput.plain(stream).readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new MalformedLineException(
          file, 1, 1, "the text is longer than " + MAX_BYTES + " bytes; split it");
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    return new RuleText(file, text.startsWith("\ufeff") ? text.substring(1) : text);
  }

  List<String> lines() {
    return text.lines().toList();
  }

  /** Whether a line, blanks before it left out, begins with one of some words. */
  boolean hasLine(String... beginnings) {
    return text.lines()
        .map(String::strip)
        .anyMatch(line -> List.of(beginnings).stream().anyMatch(line::startsWith));
  }

  /** The first character that is no blank; NUL if there is none. */
  char first() {
    String head = text.stripLeading();
    return head.isEmpty() ? 0 : head.charAt(0);
  }

  Origin at(int line) {
    return new Origin(file, line, 0);
  }
}
