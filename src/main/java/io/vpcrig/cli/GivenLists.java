package io.vpcrig.cli;

import io.vpcrig.config.foreign.RuleText;
import io.vpcrig.query.compiler.RuleFile;
import io.vpcrig.query.compiler.WrittenList;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Lists to try and to edit, of any format. What of them can't be given to compilers is left out:
 * they are material, and mean what is left.
 */
final class GivenLists {
  private GivenLists() {}

  /**
   * All lists of a file that have rules, or the one asked for.
   *
   * @param argument as {@link RuleSource} reads it
   */
  static List<WrittenList> read(String argument) throws IOException {
    Path file = Path.of(argument);
    if (Files.isRegularFile(file)) {
      RuleText text;
      try (InputStream bytes = Files.newInputStream(file)) {
        text = RuleText.read(argument, bytes);
      }
      if (isOwn(text)) {
        return List.of(RuleFile.parse(argument, text.text()).list());
      }
    }
    return RuleSource.open(argument, Optional.empty()).chosen().stream()
        .map(read -> WrittenList.near(read.list()))
        .filter(list -> !list.rules().isEmpty())
        .toList();
  }

  /**
   * The form that commands read: the default, then a rule or nothing. TCAM rows go on otherwise.
   */
  private static boolean isOwn(RuleText text) {
    List<String> first =
        text.text()
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .limit(2)
            .toList();
    return !first.isEmpty()
        && first.getFirst().matches("default (allow|deny)\\s*")
        && (first.size() == 1 || first.getLast().matches("(allow|deny)( .*)?"));
  }
}
