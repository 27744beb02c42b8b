package io.vpcrig.acl;

import io.vpcrig.model.ClassBench;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Quirk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Filter sets of {@link ClassBench}, ready to be compiled. */
public final class ClassBenchRules {
  private ClassBenchRules() {}

  /** Reads a file, compressed by gzip or not. */
  public static RuleSet read(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return read(file.toString(), bytes);
    }
  }

  /**
   * Reads to the end of a stream.
   *
   * @param name for messages
   */
  public static RuleSet read(String name, InputStream bytes) throws IOException {
    List<MatchRule> rules = new ArrayList<>();
    for (FilterRule rule : ClassBench.read(name, bytes)) {
      rules.add(
          new MatchRule(
              rule.source(),
              rule.destination(),
              rule.sourcePorts(),
              rule.destinationPorts(),
              rule.protocol(),
              rules.size(),
              Quirk.NONE));
    }
    return RuleSet.of(rules);
  }
}
