package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.cli.GlobalOptions.Format;
import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.LinkType;
import io.vpcrig.io.CaptureIndex;
import io.vpcrig.io.CaptureInfo;
import io.vpcrig.io.CaptureInterface;
import io.vpcrig.io.Captures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect CAPTURE...}: what is in a capture. */
@Command(
    name = "inspect",
    description = "Tells what is in a capture: format, time, sizes, tags, subnets, damage.",
    footer = {"", "Exit: 0 done, 3 unreadable or cut short, 4 no frames."})
final class InspectCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin GlobalOptions global;

  @Parameters(
      arity = "1..*",
      paramLabel = "CAPTURE",
      description = "pcap or pcapng, also .gz and .zst; - for stdin.")
  List<String> captures;

  @Option(
      names = "--index",
      description =
          "Also writes CAPTURE.vpcidx: where frames lie, for going straight to a frame or a time.")
  boolean index;

  @Override
  public Integer call() throws IOException {
    ArrayNode all = JSON.createArrayNode();
    boolean damaged = false;
    long frames = 0;
    for (String capture : captures) {
      CaptureTags tags = new CaptureTags();
      CaptureInfo info;
      try {
        info = CaptureInfo.scan(Captures.open(capture), tags::count);
      } catch (DamagedInputException e) {
        System.err.println("vpcrig: " + e.getMessage());
        damaged = true;
        continue;
      }
      frames += info.frames();
      if (index && !index(capture)) {
        return ExitCode.INPUT;
      }
      damaged |= info.damage().isPresent();
      if (global.format == Format.json) {
        all.add(json(info, tags));
      } else if (!global.quiet) {
        text(info, tags);
      }
      info.damage().ifPresent(damage -> System.err.println("vpcrig: " + damage));
    }
    if (global.format == Format.json) {
      System.out.println(all.toPrettyString());
    } else {
      System.out.printf(
          "%,d frames in %d capture%s%n", frames, captures.size(), captures.size() == 1 ? "" : "s");
    }
    if (damaged) {
      return ExitCode.INPUT;
    }
    if (frames == 0 && !global.allowEmpty) {
      System.err.println("vpcrig: no frames");
      return ExitCode.NOTHING;
    }
    return ExitCode.OK;
  }

  private static boolean index(String capture) {
    Path file = Path.of(capture);
    try {
      if (capture.equals(Captures.STANDARD_STREAM)) {
        throw new IOException("standard input can't have an index");
      }
      CaptureIndex.build(file).write();
      return true;
    } catch (IOException e) {
      System.err.println("vpcrig: " + Sentence.of(e));
      return false;
    }
  }

  private void text(CaptureInfo info, CaptureTags tags) {
    System.out.printf(
        "%s  %s%s%n",
        new Style(global.useColor()).bold(info.name()),
        info.format(),
        switch (info.compression()) {
          case NONE -> "";
          case GZIP -> ", gzip";
          case ZSTD -> ", zstd";
        });
    System.out.printf(
        "  frames     %,d, %,d bytes captured, %,d on the wire, %d to %d each%n",
        info.frames(), info.capturedBytes(), info.wireBytes(), info.shortest(), info.longest());
    if (info.frames() > 0) {
      System.out.printf(
          "  time       %s, %.6f s%n", instant(info.firstNs()), info.durationNs() / 1e9);
    }
    System.out.printf(
        "  cut short  %,d frames by the snapshot length; %,d out of order in time%n",
        info.truncated(), info.outOfOrder());
    for (CaptureInterface each : info.interfaces()) {
      System.out.printf(
          "  interface  %d%s: link type %d%s, timestamps of %s, %,d frames%n",
          each.index(),
          each.name().isEmpty() ? "" : " " + printable(each.name()),
          each.linkType(),
          LinkType.isSupported(each.linkType()) ? "" : " (not supported: replay drops its frames)",
          each.resolution(),
          info.framesByInterface().get(each.index()));
    }
    for (Map.Entry<String, CaptureTags.Tag> tag : tags.tags().entrySet()) {
      System.out.printf("  %-20s %,10d frames%n", tag.getKey(), tag.getValue().frames());
      tag.getValue().subnets().entrySet().stream()
          .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
          .limit(global.verbose ? Integer.MAX_VALUE : 5)
          .forEach(e -> System.out.printf("    from %-18s %,8d%n", e.getKey(), e.getValue()));
      if (tag.getValue().other() > 0) {
        System.out.printf("    other %19s%,8d%n", "", tag.getValue().other());
      }
    }
  }

  private static ObjectNode json(CaptureInfo info, CaptureTags tags) {
    ObjectNode root = JSON.createObjectNode();
    root.put("capture", info.name());
    root.put("format", info.format());
    root.put("compression", info.compression().name());
    root.put("frames", info.frames());
    root.put("captured_bytes", info.capturedBytes());
    root.put("wire_bytes", info.wireBytes());
    root.put("truncated", info.truncated());
    root.put("out_of_order", info.outOfOrder());
    root.put("first_ns", info.firstNs());
    root.put("last_ns", info.lastNs());
    ArrayNode interfaces = root.putArray("interfaces");
    for (CaptureInterface each : info.interfaces()) {
      interfaces
          .addObject()
          .put("index", each.index())
          .put("name", each.name())
          .put("link_type", each.linkType())
          .put("resolution", each.resolution())
          .put("frames", info.framesByInterface().get(each.index()));
    }
    ObjectNode byTag = root.putObject("tags");
    tags.tags()
        .forEach(
            (name, tag) -> {
              ObjectNode node = byTag.putObject(name).put("frames", tag.frames());
              ObjectNode subnets = node.putObject("subnets");
              tag.subnets().forEach(subnets::put);
            });
    info.damage().ifPresent(damage -> root.put("damage", damage));
    return root;
  }

  private static String instant(long ns) {
    return Instant.ofEpochSecond(
            Math.floorDiv(ns, 1_000_000_000L), Math.floorMod(ns, 1_000_000_000L))
        .toString();
  }

  /** A capture may name its interface anything, escape sequences included. */
  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}
