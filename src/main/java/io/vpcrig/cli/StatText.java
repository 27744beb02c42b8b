package io.vpcrig.cli;

import io.vpcrig.telemetry.Counter;
import io.vpcrig.telemetry.CounterType;
import io.vpcrig.telemetry.RunSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The counters of a run as tables, 80 columns wide. What was never counted is left out. */
final class StatText {
  private static final int WIDTH = 80;
  private static final int NAME = 26;

  private final RunSnapshot now;
  private final Style style;
  private final StringBuilder out = new StringBuilder();

  StatText(RunSnapshot now, Style style) {
    this.now = now;
    this.style = style;
  }

  /**
   * @param closingOnly the line of counts alone
   */
  String text(boolean closingOnly) {
    if (!closingOnly) {
      line(
          "%s: %s, %s%s",
          style.bold(RunText.name(now.run())),
          RunText.state(now, System.currentTimeMillis(), style),
          RunText.age(now),
          generation());
      line("");
      verdicts();
      drops();
      segments();
      ports();
      rules();
      sessions();
      neighbours();
      stages();
      rings();
    }
    line("%s", closingLine());
    return out.toString();
  }

  private String generation() {
    List<Counter> generations = now.all(CounterType.GENERATION);
    return generations.isEmpty() ? "" : ", generation " + generations.getFirst().value();
  }

  private String closingLine() {
    return "%,d frames: %,d forwarded, %,d dropped, %,d switched, %,d local, %,d held"
        .formatted(
            now.sum(CounterType.FRAMES),
            verdict("forward"),
            verdict("drop"),
            verdict("switch"),
            verdict("local"),
            now.sum(CounterType.HELD));
  }

  private long verdict(String name) {
    return now.all(CounterType.VERDICTS).stream()
        .filter(counter -> counter.label("verdict").equals(name))
        .mapToLong(Counter::value)
        .sum();
  }

  private void verdicts() {
    row("frames", now.sum(CounterType.FRAMES), "%,d bytes".formatted(now.sum(CounterType.BYTES)));
    for (Counter counter : now.all(CounterType.VERDICTS)) {
      if (counter.value() > 0) {
        row("  " + counter.label("verdict"), counter.value(), "");
      }
    }
    if (now.sum(CounterType.HELD) > 0) {
      row("  held", now.sum(CounterType.HELD), "");
    }
    line("");
  }

  private void row(String name, long value, String rest) {
    line("%-" + NAME + "s %,15d  %s", RunText.cut(name, NAME), value, rest);
  }

  private void drops() {
    List<Counter> drops = counted(CounterType.DROPS);
    if (drops.isEmpty()) {
      return;
    }
    line("%s", style.bold("drops by reason, and the last one seen"));
    for (Counter drop : drops) {
      String reason = drop.label("reason");
      Optional<String> example =
          now.examples().stream()
              .filter(last -> last.reason().dottedName().equals(reason))
              .map(RunSnapshot.Example::text)
              .findFirst();
      row("  " + reason, drop.value(), "");
      example.ifPresent(text -> line("      %s", RunText.cut(text, WIDTH - 6)));
    }
    line("");
  }

  private void segments() {
    List<Counter> in = now.all(CounterType.SEGMENT_IN);
    if (in.isEmpty()) {
      return;
    }
    List<Counter> out = now.all(CounterType.SEGMENT_OUT);
    List<Counter> dropped = now.all(CounterType.SEGMENT_DROPS);
    line(
        "%s %15s  %15s  %15s",
        style.bold("%-26s".formatted("segments")), "forwarded in", "out", "dropped");
    for (int s = 0; s < Math.min(in.size(), Math.min(out.size(), dropped.size())); s++) {
      line(
          "%-26s %,15d  %,15d  %,15d",
          "  " + RunText.cut(in.get(s).label("segment"), NAME - 2),
          in.get(s).value(),
          out.get(s).value(),
          dropped.get(s).value());
    }
    line("");
  }

  private void ports() {
    List<Counter> received = now.all(CounterType.PORT_RECEIVED);
    if (received.isEmpty()) {
      return;
    }
    line(
        "%s %15s  %15s  %15s",
        style.bold("%-26s".formatted("ports")), "received", "sent", "not sent");
    for (Counter port : received) {
      String name = port.label("port");
      line(
          "%-26s %,15d  %,15d  %,15d",
          "  " + RunText.cut(name, NAME - 2),
          port.value(),
          ofPort(CounterType.PORT_SENT, name),
          ofPort(CounterType.PORT_UNSENT, name));
      String rest =
          portRest("dropped by the kernel", CounterType.PORT_LOST, name)
              + portRest("cut", CounterType.PORT_CUT, name)
              + portRest("refused", CounterType.PORT_REFUSED, name);
      if (!rest.isEmpty()) {
        line("     %s", rest);
      }
    }
    line("");
  }

  private String portRest(String word, CounterType type, String port) {
    long value = ofPort(type, port);
    return value == 0 ? "" : " %s %,d".formatted(word, value);
  }

  private long ofPort(CounterType type, String port) {
    return now.all(type).stream()
        .filter(counter -> counter.label("port").equals(port))
        .mapToLong(Counter::value)
        .sum();
  }

  /** Of a live router. */
  private void neighbours() {
    if (!now.all(CounterType.NEIGHBOURS).isEmpty()) {
      line(
          "neighbours %,d   frames given up for one %,d   for others %,d   without a port %,d",
          now.sum(CounterType.NEIGHBOURS),
          now.sum(CounterType.WAITING_LOST),
          now.sum(CounterType.FOREIGN),
          now.sum(CounterType.UNPORTED));
    }
  }

  private void rules() {
    List<Counter> packets = now.all(CounterType.RULE_PACKETS);
    List<Counter> bytes = now.all(CounterType.RULE_BYTES);
    List<Integer> hit = new ArrayList<>();
    for (int r = 0; r < Math.min(packets.size(), bytes.size()); r++) {
      if (packets.get(r).value() > 0) {
        hit.add(r);
      }
    }
    if (hit.isEmpty()) {
      return;
    }
    hit.sort(Comparator.comparingLong((Integer r) -> packets.get(r).value()).reversed());
    line("%s %-14s %15s  %18s", style.bold("%-26s".formatted("rules")), "", "packets", "bytes");
    for (int r : hit) {
      Counter rule = packets.get(r);
      line(
          "%-26s %-14s %,15d  %,18d",
          "  " + RunText.cut(rule.label("list") + " #" + rule.label("rule"), NAME - 2),
          rule.label("direction") + " " + rule.label("action"),
          rule.value(),
          bytes.get(r).value());
    }
    line("");
  }

  private void sessions() {
    line(
        "sessions %,d   created %,d   ended %,d   gave way %,d",
        now.sum(CounterType.SESSIONS),
        now.sum(CounterType.SESSIONS_CREATED),
        now.sum(CounterType.SESSIONS_ENDED),
        now.sum(CounterType.SESSIONS_EARLY));
    List<Counter> refused = counted(CounterType.SESSIONS_REFUSED);
    if (!refused.isEmpty()) {
      line(
          "refused: %s",
          refused.stream()
              .map(counter -> "%s %,d".formatted(counter.label("cause"), counter.value()))
              .collect(Collectors.joining("   ")));
    }
  }

  /** Broken over lines where they don't fit. */
  private void stages() {
    long frames = now.sum(CounterType.STAGE_FRAMES);
    if (frames == 0) {
      return;
    }
    StringBuilder text = new StringBuilder("ns a frame:");
    for (Counter stage : now.all(CounterType.STAGE_NS)) {
      String part =
          String.format(
              Locale.ROOT, " %s %.1f", stage.label("stage"), (double) stage.value() / frames);
      if (text.length() - text.lastIndexOf("\n") + part.length() > WIDTH) {
        text.append("\n ");
      }
      text.append(part);
    }
    line("%s", text);
  }

  private void rings() {
    List<Counter> waiting = now.all(CounterType.RING_WAITING);
    if (!waiting.isEmpty()) {
      line(
          "rounds waiting, of %d: %s",
          now.sum(CounterType.RING_SIZE),
          waiting.stream()
              .map(counter -> counter.label("step") + " " + counter.value())
              .collect(Collectors.joining("  ")));
    }
  }

  /** Those of a type that are not 0, most first. */
  private List<Counter> counted(CounterType type) {
    return now.all(type).stream()
        .filter(counter -> counter.value() > 0)
        .sorted(Comparator.comparingLong(Counter::value).reversed())
        .toList();
  }

  private void line(String format, Object... arguments) {
    out.append(format.formatted(arguments).stripTrailing()).append('\n');
  }
}
