package io.vpcrig.config;

import java.util.List;
import java.util.stream.Collectors;

/** A file that can't be a VPC, with everything that is wrong with it; exit code 2. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /**
   * @param problems in the order of the file, at least one error among them
   */
  public ConfigException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** Errors and warnings, in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
