package io.vpcrig.judge;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.VpcText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Something that differs and is not explained.
 *
 * @param rounds all that happened, the last one with the difference
 * @param what first line: the sort of difference
 * @param packet the packet in question, or empty where states differ
 * @param flow of the conversation it is about
 * @param frames all that was sent to vpcrig
 */
record Difference(
    Vpc vpc, List<List<Step>> rounds, String what, String packet, Flow flow, Frames frames) {
  Difference {
    rounds = List.copyOf(rounds);
  }

  /** What sort it is, without values. */
  String sort() {
    return what.lines().findFirst().orElse("");
  }

  /**
   * Writes the VPC, what was sent and what differs, so that it can be replayed by vpcrig itself.
   */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("vpc.yaml"), VpcText.of(vpc));
    Files.write(folder.resolve("frames.pcap"), frames.pcap(vpc));
    Files.writeString(folder.resolve("difference.txt"), toString());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("--- differs: ").append(what).append('\n');
    text.append(packet).append("\n--- VPC\n").append(VpcText.of(vpc)).append("--- steps\n");
    for (List<Step> round : rounds) {
      round.forEach(step -> text.append("  ").append(step).append('\n'));
      text.append("  --\n");
    }
    text.append("--- rules\n").append(RouterRules.of(vpc));
    return text.toString();
  }
}
