package io.vpcrig.config;

import io.vpcrig.model.Origin;

/**
 * Something wrong, or dubious, in a file.
 *
 * @param path where in the structure, such as {@code tiers.web.vxlan} or {@code acls.web[0].ports};
 *     empty for the file as a whole
 * @param message the value, what is legal, what to do
 */
public record Problem(Origin origin, Severity severity, String path, String message) {
  /** How bad it is. */
  public enum Severity {
    /** The file means nothing; there is no VPC. */
    ERROR,
    /** The file means something, but perhaps not what its author thinks. */
    WARNING;

    /** Name in reports. */
    public String label() {
      return this == ERROR ? "error" : "warning";
    }
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** {@code file:line:column: error: path: message}, as compilers write it and editors read it. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(origin.file());
    if (origin.line() > 0) {
      text.append(':').append(origin.line());
    }
    if (origin.column() > 0) {
      text.append(':').append(origin.column());
    }
    text.append(": ").append(severity.label()).append(": ");
    if (!path.isEmpty()) {
      text.append(path).append(": ");
    }
    return text.append(message).toString();
  }
}
