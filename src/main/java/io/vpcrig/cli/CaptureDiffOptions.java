package io.vpcrig.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code diff} takes for comparing by real traffic. */
final class CaptureDiffOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--capture",
      arity = "1..*",
      paramLabel = "F",
      description =
          "Compares by the frames of captures instead: which change verdict, each VPC with its own"
              + " sessions, lists by the header of each frame alone. After A and B.")
  List<String> captures = List.of();

  @Option(
      names = {"-w", "--write"},
      paramLabel = "OUT.pcapng",
      description = "--capture: writes the frames that change, as they came.")
  String output;

  @Option(
      names = "--untagged",
      paramLabel = "SEGMENT",
      description = "--capture, VPCs: segment that untagged frames come by.")
  String untagged;

  @Option(
      names = "--checksums",
      paramLabel = "verify|repair",
      description = "--capture, VPCs: as for replay (default: verify).")
  ReplayCommand.Checksums checksums;

  /**
   * Whether frames are asked for.
   *
   * @throws ParameterException if only what goes with them is
   */
  boolean isGiven() {
    if (captures.isEmpty() && (output != null || untagged != null || checksums != null)) {
      throw new ParameterException(
          spec.commandLine(), "-w, --untagged and --checksums have a meaning with --capture only");
    }
    return !captures.isEmpty();
  }
}
