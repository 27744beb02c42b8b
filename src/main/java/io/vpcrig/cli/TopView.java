package io.vpcrig.cli;

import io.vpcrig.telemetry.Counter;
import io.vpcrig.telemetry.CounterType;
import io.vpcrig.telemetry.RunSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What {@code top} shows, as lines of text: a function of two snapshots and of what the person
 * chose. No line is longer than the screen is wide, and there are as many as it is high at most.
 */
final class TopView {
  /** By what the tables are sorted, in the order that the key steps through. */
  enum Sort {
    RATE,
    TOTAL,
    NAME;

    Sort next() {
      return values()[(ordinal() + 1) % values().length];
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The screen, and what was chosen.
   *
   * @param width columns, from 40
   * @param height lines, from 8
   */
  record Screen(int width, int height, Sort sort, boolean paused, boolean help) {
    Screen {
      width = Math.max(40, width);
      height = Math.max(8, height);
    }
  }

  private static final List<String> HELP =
      List.of(
          "q  Ctrl-C   leave",
          "p  space    hold the picture, go on",
          "s           sort by rate, total, name",
          "?  h        this, and back",
          "",
          "Rates are of the last interval. Packets of open sessions reach their rules within",
          "seconds: sessions are asked in turn. Stages are measured in one batch of 32.",
          "A ring is full of rounds that wait for the step named, or are in it.");

  private final RunSnapshot now;
  private final Rates rates;
  private final Screen screen;
  private final Style style;
  private final long nowMs;
  private final List<String> lines = new ArrayList<>();

  private TopView(RunSnapshot now, RunSnapshot before, Screen screen, long nowMs, Style style) {
    this.now = now;
    this.rates = new Rates(now, before);
    this.screen = screen;
    this.nowMs = nowMs;
    this.style = style;
  }

  /**
   * The picture.
   *
   * @param before an earlier snapshot of the same run; null: rates are since its beginning
   * @param nowMs ms since 1970, to tell how old the counters are
   */
  static List<String> lines(
      RunSnapshot now, RunSnapshot before, Screen screen, long nowMs, Style style) {
    return new TopView(now, before, screen, nowMs, style).draw();
  }

  /** One line without colour or control characters, for a terminal that can do no more. */
  static String plainLine(RunSnapshot now, RunSnapshot before) {
    Rates rates = new Rates(now, before);
    return "%8s  %s frames/s  %s"
            .formatted(
                RunText.age(now), brief(rates.perSecond(CounterType.FRAMES)), outcomes(now, rates))
        + "  sessions "
        + brief((double) now.sum(CounterType.SESSIONS));
  }

  private List<String> draw() {
    head();
    if (screen.help()) {
      HELP.forEach(this::add);
    } else {
      tables();
    }
    List<String> cut =
        new ArrayList<>(lines.subList(0, Math.min(lines.size(), screen.height() - 1)));
    while (cut.size() < screen.height() - 1) {
      cut.add("");
    }
    cut.add(style.bold(fit("q leave  p pause  s sort: " + screen.sort().text() + "  ? help")));
    return cut;
  }

  private void head() {
    String state = RunText.state(now, nowMs, new Style(false));
    String paused = screen.paused() ? "  PAUSED" : "";
    int room = screen.width() - state.length() - 2 - paused.length();
    String name = RunText.cut(RunText.name(now.run()), room);
    String age = "  " + RunText.age(now);
    String generation = "  generation " + now.sum(CounterType.GENERATION);
    room -= name.length();
    StringBuilder line = new StringBuilder(style.bold(name));
    line.append("  ").append(RunText.state(now, nowMs, style));
    line.append(paused.isEmpty() ? "" : style.red(paused));
    if (room >= age.length() + generation.length()) {
      line.append(age).append(generation);
    } else if (room >= age.length()) {
      line.append(age);
    }
    lines.add(line.toString());
    add(
        "frames %s/s  %s bytes/s  all %,d"
            .formatted(
                brief(rates.perSecond(CounterType.FRAMES)),
                brief(rates.perSecond(CounterType.BYTES)),
                now.sum(CounterType.FRAMES)));
    add("by the second: " + outcomes(now, rates));
    add(
        "sessions %,d  new %s/s  ended %s/s  gave way %s/s  refused %s/s"
            .formatted(
                now.sum(CounterType.SESSIONS),
                brief(rates.perSecond(CounterType.SESSIONS_CREATED)),
                brief(rates.perSecond(CounterType.SESSIONS_ENDED)),
                brief(rates.perSecond(CounterType.SESSIONS_EARLY)),
                brief(rates.perSecond(CounterType.SESSIONS_REFUSED))));
    stages();
    rings();
    add("");
  }

  /** What became of frames: verdicts that there were any of. */
  private static String outcomes(RunSnapshot now, Rates rates) {
    return now.all(CounterType.VERDICTS).stream()
        .filter(counter -> counter.value() > 0)
        .map(counter -> counter.label("verdict") + " " + brief(rates.perSecond(counter)))
        .collect(Collectors.joining("  "));
  }

  private void stages() {
    long frames = rates.grown(CounterType.STAGE_FRAMES);
    if (frames <= 0) {
      return;
    }
    StringBuilder line = new StringBuilder("ns a frame:");
    for (Counter stage : now.all(CounterType.STAGE_NS)) {
      String part =
          String.format(
              Locale.ROOT, " %s %.1f", stage.label("stage"), (double) rates.grown(stage) / frames);
      if (line.length() + part.length() > screen.width()) {
        add(line.toString());
        line = new StringBuilder("           ");
      }
      line.append(part);
    }
    add(line.toString());
  }

  private void rings() {
    List<Counter> waiting = now.all(CounterType.RING_WAITING);
    if (!waiting.isEmpty()) {
      long size = now.sum(CounterType.RING_SIZE);
      add(
          "ring:"
              + waiting.stream()
                  .map(step -> " %s %d/%d".formatted(step.label("step"), step.value(), size))
                  .collect(Collectors.joining(" ")));
    }
  }

  // --- tables ---

  /** A table: its title, and its rows in order. */
  private record Table(String title, List<String> rows) {}

  private void tables() {
    List<Table> tables = List.of(segments(), ports(), drops(), rules());
    int[] heights = allot(tables, screen.height() - 1 - lines.size());
    for (int t = 0; t < tables.size(); t++) {
      Table table = tables.get(t);
      if (heights[t] == 0) {
        continue;
      }
      lines.add(style.bold(fit(table.title())));
      int shown = heights[t] - 1;
      for (int row = 0; row < shown; row++) {
        boolean last = row == shown - 1 && table.rows().size() > shown;
        add(
            last
                ? "  ... and " + (table.rows().size() - shown + 1) + " more"
                : table.rows().get(row));
      }
    }
  }

  /**
   * Lines for each table, its title included: as many as it has rows, or an equal share of what
   * there is; what one leaves goes to the others. An empty table gets none.
   */
  static int[] allot(List<Table> tables, int room) {
    int[] heights = new int[tables.size()];
    int left = room;
    while (true) {
      int hungry = 0;
      for (int t = 0; t < heights.length; t++) {
        hungry += heights[t] < need(tables.get(t)) ? 1 : 0;
      }
      if (hungry == 0 || left < hungry) {
        break;
      }
      int share = left / hungry;
      for (int t = 0; t < heights.length; t++) {
        int more = Math.min(share, need(tables.get(t)) - heights[t]);
        heights[t] += more;
        left -= more;
      }
    }
    for (int t = 0; t < heights.length; t++) {
      heights[t] = heights[t] < 2 ? 0 : heights[t]; // Not a title without a row.
    }
    return heights;
  }

  private static int need(Table table) {
    return table.rows().isEmpty() ? 0 : table.rows().size() + 1;
  }

  private Table segments() {
    Map<String, Counter> out = byLabel(CounterType.SEGMENT_OUT);
    Map<String, Counter> dropped = byLabel(CounterType.SEGMENT_DROPS);
    List<Counter> in =
        sorted(
            now.all(CounterType.SEGMENT_IN),
            counter -> touched(counter, out, dropped, rates::perSecond),
            counter -> touched(counter, out, dropped, one -> (double) one.value()));
    List<String> rows =
        in.stream()
            .map(
                counter -> {
                  String name = counter.label("segment");
                  return row(
                      name,
                      brief(rates.perSecond(counter)),
                      rate(out.get(name)),
                      rate(dropped.get(name)),
                      "%,d".formatted(counter.value()));
                })
            .toList();
    return new Table(row("SEGMENT", "IN/s", "OUT/s", "DROPPED/s", "IN, ALL"), rows);
  }

  private Table ports() {
    Map<String, Counter> lost = byLabel(CounterType.PORT_LOST);
    Map<String, Counter> sent = byLabel(CounterType.PORT_SENT);
    Map<String, Counter> unsent = byLabel(CounterType.PORT_UNSENT);
    List<String> rows =
        sorted(
                now.all(CounterType.PORT_RECEIVED),
                rates::perSecond,
                counter -> (double) counter.value())
            .stream()
            .map(
                counter -> {
                  String name = counter.label("port");
                  return row(
                      name,
                      brief(rates.perSecond(counter)),
                      rate(sent.get(name)),
                      rate(lost.get(name)),
                      rate(unsent.get(name)));
                })
            .toList();
    return new Table(row("PORT", "IN/s", "SENT/s", "LOST/s", "NOT SENT/s"), rows);
  }

  private static double touched(
      Counter in,
      Map<String, Counter> out,
      Map<String, Counter> dropped,
      ToDoubleFunction<Counter> value) {
    String name = in.label("segment");
    double sum = value.applyAsDouble(in);
    sum += out.containsKey(name) ? value.applyAsDouble(out.get(name)) : 0;
    return sum + (dropped.containsKey(name) ? value.applyAsDouble(dropped.get(name)) : 0);
  }

  private String rate(Counter counter) {
    return counter == null ? "" : brief(rates.perSecond(counter));
  }

  private Table drops() {
    Map<String, String> examples =
        now.examples().stream()
            .collect(
                Collectors.toMap(
                    example -> example.reason().dottedName(), RunSnapshot.Example::text));
    List<String> rows =
        sorted(happened(CounterType.DROPS), rates::perSecond, counter -> (double) counter.value())
            .stream()
            .map(
                counter ->
                    "%-24s %8s  %s"
                        .formatted(
                            RunText.cut(counter.label("reason"), 24),
                            brief(rates.perSecond(counter)),
                            examples.getOrDefault(counter.label("reason"), "")))
            .toList();
    return new Table("%-24s %8s  %s".formatted("DROPPED", "FRAMES/s", "LAST"), rows);
  }

  private Table rules() {
    Map<String, Counter> bytes = byLabel(CounterType.RULE_BYTES);
    List<String> rows =
        sorted(
                happened(CounterType.RULE_PACKETS),
                rates::perSecond,
                counter -> (double) counter.value())
            .stream()
            .map(
                counter ->
                    row(
                        "%s #%s %s %s"
                            .formatted(
                                counter.label("list"),
                                counter.label("rule"),
                                counter.label("direction"),
                                counter.label("action")),
                        brief(rates.perSecond(counter)),
                        rate(bytes.get(String.join(" ", counter.labels()))),
                        "",
                        "%,d".formatted(counter.value())))
            .toList();
    return new Table(row("RULE", "PACKETS/s", "BYTES/s", "", "PACKETS, ALL"), rows);
  }

  private static String row(String name, String a, String b, String c, String all) {
    return "%-30s %10s %10s %10s %15s".formatted(RunText.cut(name, 30), a, b, c, all);
  }

  private List<Counter> happened(CounterType type) {
    return now.all(type).stream().filter(counter -> counter.value() > 0).toList();
  }

  private Map<String, Counter> byLabel(CounterType type) {
    return now.all(type).stream()
        .collect(
            Collectors.toMap(
                counter -> String.join(" ", counter.labels()), Function.identity(), (a, b) -> a));
  }

  private List<Counter> sorted(
      List<Counter> counters, ToDoubleFunction<Counter> rate, ToDoubleFunction<Counter> total) {
    Comparator<Counter> byName = Comparator.comparing(TopView::sortKey);
    Comparator<Counter> order =
        switch (screen.sort()) {
          case RATE -> Comparator.comparingDouble(rate).reversed();
          case TOTAL -> Comparator.comparingDouble(total).reversed();
          case NAME -> byName;
        };
    return counters.stream().sorted(order.thenComparing(byName)).toList();
  }

  /** Labels in the order of reading: numbers by their value. */
  private static String sortKey(Counter counter) {
    StringBuilder key = new StringBuilder();
    for (String label : counter.labels()) {
      boolean number = label.matches("[0-9]{1,10}");
      key.append(number ? "0".repeat(10 - label.length()) : "").append(label).append(' ');
    }
    return key.toString();
  }

  private static String brief(double value) {
    return RunText.brief(value);
  }

  private void add(String line) {
    lines.add(fit(line));
  }

  private String fit(String line) {
    return RunText.cut(line.stripTrailing(), screen.width());
  }
}
