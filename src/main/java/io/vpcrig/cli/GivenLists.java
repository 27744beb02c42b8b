package io.vpcrig.cli;

import io.vpcrig.config.foreign.RuleText;
import io.vpcrig.model.FilterList;
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
    Optional<WrittenList> own = own(argument);
    if (own.isPresent()) {
      return List.of(own.get());
    }
    return RuleSource.open(argument, Optional.empty()).chosen().stream()
        .map(read -> WrittenList.near(read.list()))
        .filter(list -> !list.rules().isEmpty())
        .toList();
  }

  /**
   * The one list that an argument names, as it is: in a format of {@link RuleSource}, or as it is
   * given to compilers.
   *
   * @throws IllegalArgumentException if there are more
   */
  static FilterList one(String argument, Optional<String> format) throws IOException {
    Optional<WrittenList> own = format.isEmpty() ? own(argument) : Optional.empty();
    return own.isPresent() ? own.get().expanded() : RuleSource.filterList(argument, format);
  }

  private static Optional<WrittenList> own(String argument) throws IOException {
    Path file = Path.of(argument);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    RuleText text;
    try (InputStream bytes = Files.newInputStream(file)) {
      text = RuleText.read(argument, bytes);
    }
    return isOwn(text)
        ? Optional.of(RuleFile.parse(argument, text.text()).list())
        : Optional.empty();
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
