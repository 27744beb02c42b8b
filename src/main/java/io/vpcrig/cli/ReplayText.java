package io.vpcrig.cli;

import io.vpcrig.cli.ReplayResult.Drops;
import io.vpcrig.cli.ReplayResult.RuleHits;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report of a replay for people. */
final class ReplayText {
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
    line(
        "sessions %,d   answers of the router %,d   %s",
        result.sessions(), result.originated(), rate());
    ReplayResult.Tracking tracking = result.tracking();
    if (tracking.invalid() + tracking.insertFailed() + tracking.drop() + tracking.earlyDrop() > 0) {
      line(
          "conntrack: invalid %,d   insert failed %,d   drop %,d   early drop %,d",
          tracking.invalid(), tracking.insertFailed(), tracking.drop(), tracking.earlyDrop());
    }
    line("sha256 of the frames sent %s", result.digest());
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
    for (Drops drop : drops) {
      line(
          "  %,12d  %-24s %s",
          drop.packets(), drop.reason().dottedName(), drop.reason().sentence());
    }
    line("");
  }

  private void segments() {
    List<String> names = result.segmentNames();
    int width = Math.max(10, names.stream().mapToInt(String::length).max().orElse(0) + 1);
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
    for (RuleHits hits : result.rules()) {
      if (hits.packets() > 0) {
        line(
            "  %-24s %-8s %-6s %,12d packets %,14d bytes",
            hits.list().name() + " #" + hits.rule().number(),
            hits.rule().direction().name().toLowerCase(Locale.ROOT),
            hits.rule().action().name().toLowerCase(Locale.ROOT),
            hits.packets(),
            hits.bytes());
      }
    }
    String unused =
        result.rules().stream()
            .filter(hits -> hits.packets() == 0)
            .map(hits -> hits.list().name() + " #" + hits.rule().number())
            .collect(Collectors.joining(", "));
    if (!unused.isEmpty()) {
      line("  never hit: %s", unused);
    }
    line("");
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
