package io.vpcrig.cli;

import io.vpcrig.config.foreign.ReadList;
import io.vpcrig.config.foreign.RuleFormats;
import io.vpcrig.config.foreign.RuleLists;
import io.vpcrig.config.foreign.RuleText;
import io.vpcrig.query.compiler.RuleFile;
import io.vpcrig.query.compiler.WrittenList;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lists to try and to edit, of any format. What of them can't be given to compilers is left out:
 * they are material, and mean what is left.
 */
final class GivenLists {
  private GivenLists() {}

  /** All lists of a file that have rules. */
  static List<WrittenList> read(Path file) throws IOException {
    RuleText text;
    try (InputStream bytes = Files.newInputStream(file)) {
      text = RuleText.read(file.toString(), bytes);
    }
    if (isOwn(text)) {
      return List.of(RuleFile.parse(file.toString(), text.text()).list());
    }
    RuleLists lists = RuleFormats.detect(text).read(text);
    List<WrittenList> given = new ArrayList<>();
    for (String name : lists.names()) {
      Optional<ReadList> list = lists.read(name);
      list.map(read -> WrittenList.near(read.list())).ifPresent(given::add);
    }
    given.removeIf(list -> list.rules().isEmpty());
    return given;
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
