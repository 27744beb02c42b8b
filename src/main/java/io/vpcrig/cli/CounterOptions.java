package io.vpcrig.cli;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where a run keeps its counters, and who else is told of them. */
final class CounterOptions {
  private static final String NONE = "none";

  @Option(
      names = "--counters",
      paramLabel = "FILE|none",
      description =
          "Keeps counters for top and stat in FILE, which stays (default: vpcrig-PID.counters in"
              + " the user's runtime folder or that for temporary files, removed at the end).")
  String file;

  @Option(
      names = "--prometheus",
      paramLabel = "FILE",
      description = "Writes the counters in Prometheus' text format, every 5 s and at the end.")
  String prometheus;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description = "Serves them as http://127.0.0.1:PORT/metrics; 0 takes a free port.")
  Integer metricsPort;

  boolean isOff() {
    return NONE.equals(file);
  }

  /** The file that stays, or null. */
  String kept() {
    return isOff() ? null : file;
  }

  /** A usage error of {@code line} if the options contradict each other. */
  void check(CommandLine line) {
    if (isOff() && (prometheus != null || metricsPort != null)) {
      throw new ParameterException(
          line, "--counters none leaves nothing for --prometheus and --metrics-port");
    }
    if (metricsPort != null && (metricsPort < 0 || metricsPort > 65535)) {
      throw new ParameterException(line, "--metrics-port " + metricsPort + ", legal 0..65535");
    }
    if ("-".equals(prometheus)) {
      throw new ParameterException(
          line, "--prometheus writes a file over and over; for stdout see stat --prometheus");
    }
  }
}
