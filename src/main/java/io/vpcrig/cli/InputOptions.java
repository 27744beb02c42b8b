package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.io.BpfFilter;
import io.vpcrig.io.Captures;
import io.vpcrig.io.FrameFilter;
import io.vpcrig.io.FrameRanges;
import io.vpcrig.io.LoopedSource;
import io.vpcrig.io.SelectedSource;
import io.vpcrig.io.SelectionException;
import io.vpcrig.io.TimeRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which frames of the captures go in, and how often. */
final class InputOptions {
  @Option(
      names = "--filter",
      paramLabel = "EXPR",
      description = "Takes only frames that a pcap filter takes, as tcpdump would; needs libpcap.")
  String filter;

  @Option(
      names = "--frames",
      paramLabel = "A-B,C-",
      description = "Takes only frames of these numbers, from 1; frames keep their numbers.")
  String frames;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Takes only frames from this time on: after the first frame, such as 10s or 1.5ms, or"
              + " such as 2026-11-26T14:57:00Z.")
  String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Takes only frames before this time, written as for --from.")
  String to;

  @Option(
      names = "--loop",
      paramLabel = "N|forever",
      description = "Sends the frames in N times, as one long capture; times and numbers go on.")
  String loop;

  @Mixin AddressOptions addresses;

  private FrameFilter selection;
  private long rounds = 1;
  private SelectedSource selected;

  /**
   * Looks whether what was given can be done.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  void check(List<String> captures) {
    if (loop != null) {
      rounds = LoopedSource.parseRounds(loop);
    }
    if (loop != null || addresses.guesses()) {
      for (String capture : captures) {
        if (isOnce(capture)) {
          throw new IllegalArgumentException(
              (loop != null ? "--loop" : "--map auto")
                  + " needs captures that can be read again, and "
                  + (capture.equals(Captures.STANDARD_STREAM) ? "standard input" : capture)
                  + " can't be: save it to a file first");
        }
      }
    }
    selection = parts().reduce(FrameFilter::and).orElse(null);
  }

  private static boolean isOnce(String capture) {
    return capture.equals(Captures.STANDARD_STREAM)
        || Files.exists(Path.of(capture)) && !Files.isRegularFile(Path.of(capture));
  }

  /** Times come first: they count from the first frame there is. */
  private Stream<FrameFilter> parts() {
    Stream.Builder<FrameFilter> parts = Stream.builder();
    if (from != null || to != null) {
      parts.add(TimeRange.of(Optional.ofNullable(from), Optional.ofNullable(to)));
    }
    if (frames != null) {
      parts.add(FrameRanges.parse(frames));
    }
    if (filter != null) {
      try {
        parts.add(BpfFilter.of(filter));
      } catch (SelectionException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
    return parts.build();
  }

  /** The frames that go in. */
  FrameSource over(SeveralCaptures captures) throws IOException {
    FrameSource source = captures;
    if (selection != null) {
      selected = new SelectedSource(source, selection);
      source = selected;
      selected.skipped(captures.skipTo(selection));
    }
    if (rounds > 1) {
      source = new LoopedSource(source, () -> rewind(captures), rounds);
    }
    return addresses.over(source);
  }

  private void rewind(SeveralCaptures captures) throws IOException {
    captures.rewind();
    if (selected != null) {
      selected.rewind();
      selected.skipped(captures.skipTo(selection));
    }
  }

  /** Frames read that were not selected, over all rounds. */
  private long filtered() {
    return selected == null ? 0 : selected.leftOut();
  }

  /** What the line of counts ends with: nothing if all frames went in. */
  String closing() {
    return selected == null ? "" : ", %,d filtered".formatted(filtered());
  }

  void tell(ObjectNode report) {
    if (selected != null) {
      report.put("filtered", filtered());
    }
  }
}
