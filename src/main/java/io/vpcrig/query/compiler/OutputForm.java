package io.vpcrig.query.compiler;

import java.util.Arrays;
import java.util.List;

/** What a command writes. */
public enum OutputForm {
  /** Told by what was written; never verdicts. */
  auto,
  iptables,
  nft,
  tcam,
  verdicts;

  /** Which of the others a text is, by its first line with something in it. */
  static OutputForm of(String text) {
    List<String> lines =
        text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).limit(1).toList();
    String first = lines.isEmpty() ? "" : lines.getFirst().strip();
    if (first.startsWith("{")) {
      return nft;
    }
    return first.startsWith("*") || first.startsWith(":") ? iptables : tcam;
  }

  /** Names, for messages. */
  public static String legal() {
    return String.join(", ", Arrays.stream(values()).map(Enum::name).toList());
  }
}
