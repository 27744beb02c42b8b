package io.vpcrig.query.compiler;

import io.vpcrig.query.FlowCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of lists that went wrong once. Each finding is {@code ID.rules}, which alone is read
 * again; where a header went wrong also {@code ID.yaml}, a test case of a rule list as {@code test}
 * runs it, and {@code ID.pcapng}, its frame:
 *
 * <pre>
 *   rules: ID.rules
 *   cases:
 *     - {deny: "tcp 10.0.0.1:40000 &gt; 10.0.0.2:80"}
 * </pre>
 */
public final class Corpus {
  private static final String RULES = ".rules";

  private Corpus() {}

  /**
   * Everything in a folder, in the order of the names; nothing if there is no such folder.
   *
   * @throws IOException with a sentence that names file and line
   */
  public static List<RuleFile.Contents> load(Path folder) throws IOException {
    List<RuleFile.Contents> known = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      for (Path file : files(folder)) {
        known.add(RuleFile.parse(file.toString(), Files.readString(file)));
      }
    }
    return known;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(RULES)).sorted().toList();
    }
  }

  /**
   * Keeps a finding.
   *
   * @param compiler as the operator named it
   * @return the rule file
   */
  public static Path save(Path folder, Finding finding, String compiler) throws IOException {
    Files.createDirectories(folder);
    Path rules = folder.resolve(finding.id() + RULES);
    String head =
        "# %s, found by vpcrig fuzz --compiler '%s'\n"
            .formatted(finding.trouble().sort(), compiler.replace("\n", " "));
    Files.writeString(rules, head + finding.text());
    if (finding.trouble() instanceof Trouble.Wrong wrong) {
      Files.writeString(
          folder.resolve(finding.id() + ".yaml"),
          head
              + "rules: %s\ncases:\n  - {%s: \"%s\"}\n"
                  .formatted(rules.getFileName(), wrong.meant().verdict(), wrong.header()));
      FlowCapture.write(
          folder.resolve(finding.id() + ".pcapng").toString(), List.of(wrong.header()));
    }
    return rules;
  }
}
