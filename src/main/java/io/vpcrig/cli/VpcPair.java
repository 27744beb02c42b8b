package io.vpcrig.cli;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Story;
import io.vpcrig.query.StoryText;
import io.vpcrig.query.regions.Effect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Two VPCs to be compared as wholes. */
record VpcPair(Vpc before, Vpc after) {
  /**
   * Reads two files; empty if they are not both whole VPCs.
   *
   * @param from format asked for
   * @throws ConfigException if one is a VPC with errors
   */
  static Optional<VpcPair> read(String one, String other, Optional<String> from)
      throws IOException, ConfigException {
    boolean ours = from.isEmpty() || from.get().equals("yaml");
    if (!ours || !isVpc(one) || !isVpc(other)) {
      return Optional.empty();
    }
    return Optional.of(new VpcPair(VpcFile.read(Path.of(one)), VpcFile.read(Path.of(other))));
  }

  /** Standard input and lists of a file are never taken for a VPC. */
  private static boolean isVpc(String argument) throws IOException {
    Path file = Path.of(argument);
    return !argument.equals(VpcFile.STDIN) && Files.isRegularFile(file) && RuleSource.isVpc(file);
  }

  /** Verdict, reason, rule and how it leaves, in one line. */
  static String words(Story story) {
    return verdict(story) + sent(story).map(how -> ", " + how).orElse("");
  }

  /** Verdict, reason and rule. */
  static String verdict(Story story) {
    return StoryText.verdict(story).replace("  ", " ");
  }

  /** How it leaves; empty if it does not. */
  static Optional<String> sent(Story story) {
    return story
        .rewritten()
        .map(
            flow -> {
              String hop =
                  Effect.nextHop(story).isPresent()
                      ? " to " + Ipv4Text.format(Effect.nextHop(story).getAsInt())
                      : "";
              return "sent as " + flow + " by " + story.out().orElseThrow() + hop;
            });
  }
}
