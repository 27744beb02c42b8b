package io.vpcrig.config.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.symbolic.Difference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every list of the real iptables, Cisco and cloud files goes through every format and comes back
 * with the same verdict for every header, which is proved; or the writer says what it can't carry.
 * Which of both stands in {@code conversions.txt}; {@code -Dvpcrig.formats.update=true} writes it.
 */
class ConversionProofTest {
  private static final Path RULES = Path.of("..", "shared", "data", "rules");
  private static final List<String> FOLDERS = List.of("iptables", "cisco_stanford", "cloud");
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "io", "vpcrig", "config", "foreign", "conversions.txt");
  private static final List<String> FORMATS =
      List.of("iptables", "nft", "tcam", "cisco", "classbench", "yaml", "cloudstack", "aws");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private int proved;

  @Test
  void everyRealListComesBackAsItWas() throws IOException {
    assumeTrue(Files.isDirectory(RULES), "needs " + RULES);
    List<String> lines = new ArrayList<>();
    for (Path file : files()) {
      try (InputStream stream = Files.newInputStream(file)) {
        RuleText text = RuleText.read(RULES.relativize(file).toString(), stream);
        RuleLists lists = RuleFormats.detect(text).read(text);
        for (String format : FORMATS) {
          lines.addAll(convert(text.file(), lists, format));
        }
      } catch (MalformedLineException e) {
        lines.add(RULES.relativize(file) + ": refused");
      }
    }
    String found = String.join("\n", lines) + "\n";
    if (Boolean.getBoolean("vpcrig.formats.update")) {
      Files.writeString(GOLDEN, found);
    }
    assertEquals(Files.readString(GOLDEN), found);
    assertTrue(proved > 500, "lists proved: " + proved);
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : FOLDERS) {
      try (Stream<Path> all = Files.walk(RULES.resolve(folder))) {
        all.filter(Files::isRegularFile)
            .filter(file -> !file.toString().contains("oracle"))
            .sorted()
            .forEach(files::add);
      }
    }
    return files;
  }

  /** A line of counts, and one for each list that can't be carried. */
  private List<String> convert(String file, RuleLists lists, String format) throws IOException {
    List<String> lines = new ArrayList<>();
    int equal = 0;
    for (String name : lists.names()) {
      FilterList list = lists.read(name).orElseThrow().list();
      Optional<String> lost = lost(list, format, file);
      lost.ifPresent(why -> lines.add("  " + name + ": " + why));
      equal += lost.isPresent() ? 0 : 1;
    }
    lines.addFirst(
        "%s by %s: %d equal, %d lost".formatted(file, format, equal, lists.names().size() - equal));
    proved += equal;
    return lines;
  }

  /** The first thing that can't be carried; empty if the list came back as it was. */
  private static Optional<String> lost(FilterList list, String format, String file)
      throws IOException {
    StringBuilder out = new StringBuilder();
    RuleFormat writer = RuleFormats.named(format).orElseThrow();
    try {
      for (Loss loss : writer.write(List.of(list), out)) {
        if (loss.isLost()) {
          return Optional.of(loss.what());
        }
      }
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
    RuleLists back = writer.read(new RuleText("written", out.toString()));
    if (back.names().isEmpty()) {
      return Optional.of("nothing is written");
    }
    Optional<ReadList> named = back.read(list.name());
    ReadList read = named.isPresent() ? named.get() : back.read(name(list, back)).orElseThrow();
    assertTrue(read.isWhole(), () -> file + " " + format + " " + read.losses());
    assertEquals(
        Optional.empty(),
        Difference.first(list, read.list(), LIMIT),
        () -> file + " " + list.name() + " by " + format + "\n" + out);
    return Optional.empty();
  }

  /** What a list is called where names are the format's choice: one for each direction, or one. */
  private static String name(FilterList list, RuleLists back) {
    String direction = ListName.of("", ListName.direction(list));
    return back.names().stream()
        .filter(name -> name.endsWith(direction))
        .findFirst()
        .orElse(back.names().getFirst());
  }
}
