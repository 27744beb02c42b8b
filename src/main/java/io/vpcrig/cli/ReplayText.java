package io.vpcrig.cli;

import io.vpcrig.cli.ReplayResult.Drops;
import io.vpcrig.cli.ReplayResult.RuleHits;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report of a replay for people: right in 80 columns where names are not very long. */
final class ReplayText {
  private static final int COLUMNS = 80;

  private final ReplayResult result;
  private final Style style;
  private final StringBuilder out = new StringBuilder();

  private ReplayText(ReplayResult result, Style style) {
    this.result = result;
    this.style = style;
  }

  static String of(ReplayResult result, Style style) {
    return new ReplayText(result, style).write();
  }

  private String write() {
    line(
        "%s  %s %s, generation %d",
        style.bold(String.join(" ", result.captures())),
        "through " + style.bold(result.vpc().name()),
        "(" + result.vpc().semantics().name().toLowerCase(Locale.ROOT) + ")",
        result.generation());
    line("");
    verdicts();
    drops();
    segments();
    rules();
    line("sessions %,d   answers of the router %,d", result.sessions(), result.originated());
    ReplayResult.Tracking tracking = result.tracking();
    if (tracking.invalid() + tracking.insertFailed() + tracking.drop() + tracking.earlyDrop() > 0) {
      line(
          "conntrack: invalid %,d   insert failed %,d   drop %,d   early drop %,d",
          tracking.invalid(), tracking.insertFailed(), tracking.drop(), tracking.earlyDrop());
    }
    line("%s", rate());
    if (!result.digest().isEmpty()) {
      line("sha256 of the frames sent %s", result.digest());
    }
    result.damage().forEach(damage -> line("%s %s", style.red("damaged input:"), damage));
    return out.toString();
  }

  private void verdicts() {
    verdict("forwarded", result.forwarded());
    verdict("dropped", result.dropped());
    verdict("switched", result.switched());
    verdict("local", result.local());
    verdict("held", result.held());
    line("  %-10s %,12d          %,d bytes", "frames", result.packets(), result.bytes());
    line("");
  }

  private void verdict(String name, long packets) {
    double share = result.packets() == 0 ? 0 : 100.0 * packets / result.packets();
    String text = "  %-10s %,12d %7.2f %%".formatted(name, packets, share);
    line("%s", name.equals("dropped") && packets > 0 ? style.red(text) : text);
  }

  private void drops() {
    List<Drops> drops = result.drops();
    if (drops.isEmpty()) {
      return;
    }
    line("%s", style.bold("drops by reason"));
    int width =
        drops.stream().mapToInt(drop -> drop.reason().dottedName().length()).max().orElse(0);
    for (Drops drop : drops) {
      String name = ("%-" + width + "s").formatted(drop.reason().dottedName());
      wrapped("  %,12d  %s  ".formatted(drop.packets(), name), drop.reason().sentence());
    }
    line("");
  }

  private void segments() {
    List<String> names = result.segmentNames();
    int width = Math.max(10, names.stream().mapToInt(String::length).max().orElse(0) + 1);
    if (2 + width * (names.size() + 2) > COLUMNS) {
      passages(names);
      return;
    }
    StringBuilder head = new StringBuilder(" ".repeat(width + 2));
    names.forEach(name -> head.append(("%" + width + "s").formatted(name)));
    line(
        "%s   frames forwarded, from the segment on the left to the one above",
        style.bold("segments"));
    line("%s%s", head, ("%" + width + "s").formatted("dropped"));
    for (int from = 0; from < names.size(); from++) {
      StringBuilder row = new StringBuilder(("  %-" + width + "s").formatted(names.get(from)));
      for (int to = 0; to < names.size(); to++) {
        row.append(cell(result.counts().passed(from, to), width));
      }
      line("%s%s", row, cell(result.counts().dropped(from), width));
    }
    unknown(names);
  }

  /** What a table has no room for: a line for each pair of segments that something passed. */
  private void passages(List<String> names) {
    line("%s   frames forwarded, and dropped", style.bold("segments"));
    for (int from = 0; from < names.size(); from++) {
      for (int to = 0; to < names.size(); to++) {
        long passed = result.counts().passed(from, to);
        if (passed > 0) {
          line("  %,12d  %s to %s", passed, names.get(from), names.get(to));
        }
      }
      long dropped = result.counts().dropped(from);
      if (dropped > 0) {
        line("  %,12d  %s, dropped", dropped, names.get(from));
      }
    }
    unknown(names);
  }

  private void unknown(List<String> names) {
    long unknown = result.counts().dropped(names.size());
    if (unknown > 0) {
      line("  of no known segment: %,d dropped", unknown);
    }
    line("");
  }

  private static String cell(long packets, int width) {
    return packets == 0
        ? ("%" + width + "s").formatted(".")
        : ("%," + width + "d").formatted(packets);
  }

  private void rules() {
    if (result.rules().isEmpty()) {
      return;
    }
    line("%s", style.bold("rules"));
    List<RuleHits> hit = result.rules().stream().filter(rule -> rule.packets() > 0).toList();
    int width = hit.stream().mapToInt(rule -> name(rule).length()).max().orElse(0);
    for (RuleHits hits : hit) {
      line(
          "  %-" + width + "s  %-7s %-5s %,13d packets %,17d bytes",
          name(hits),
          hits.rule().direction().name().toLowerCase(Locale.ROOT),
          hits.rule().action().name().toLowerCase(Locale.ROOT),
          hits.packets(),
          hits.bytes());
    }
    String unused =
        result.rules().stream()
            .filter(hits -> hits.packets() == 0)
            .map(ReplayText::name)
            .collect(Collectors.joining(", "));
    if (!unused.isEmpty()) {
      wrapped("  never hit: ", unused);
    }
    line("");
  }

  private static String name(RuleHits hits) {
    return hits.list().name() + " #" + hits.rule().number();
  }

  /** Lines with {@code text} beside {@code head}, broken between words. */
  private void wrapped(String head, String text) {
    StringBuilder line = new StringBuilder(head);
    for (String word : text.split(" ")) {
      if (line.length() > head.length() && line.length() + word.length() > COLUMNS) {
        line("%s", line.toString().stripTrailing());
        line.setLength(0);
        line.append(" ".repeat(head.length()));
      }
      line.append(word).append(' ');
    }
    line("%s", line.toString().stripTrailing());
  }

  private String rate() {
    double perSecond = result.seconds() == 0 ? 0 : result.packets() / result.seconds();
    return "%.2f M frames/s over %.3f s, %s"
        .formatted(perSecond / 1e6, result.seconds(), result.pipeline());
  }

  private void line(String format, Object... arguments) {
    out.append(format.formatted(arguments)).append('\n');
  }
}
