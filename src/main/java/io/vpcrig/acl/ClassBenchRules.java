package io.vpcrig.acl;

import io.vpcrig.model.ClassBench;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

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
    return RuleSet.matching(ClassBench.read(name, bytes));
  }
}
