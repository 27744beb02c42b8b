package io.vpcrig.live;

import io.vpcrig.testing.Netns;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Switches, machines with wires to them that can be cut, and somebody who writes down the
 * advertisements on one of them. Every machine is a network namespace.
 */
final class Switch implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Of tcpdump -tt -n. */
  private static final Pattern ADVERTISEMENT =
      Pattern.compile("^([0-9]+)\\.([0-9]{6}) IP ([0-9.]+) > 224\\.0\\.0\\.18: .*prio ([0-9]+)");

  /** An advertisement on the wire. */
  record Seen(long timeUs, String source, int priority) {}

  private final String prefix =
      "vpcrig-sw-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + "-";
  private final List<String> namespaces = new ArrayList<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private Process witness;

  static Optional<String> missing(String... tools) {
    List<String> all = new ArrayList<>(List.of("tcpdump", "bridge", "ping"));
    all.addAll(List.of(tools));
    return Netns.missing(all.toArray(String[]::new));
  }

  /** Switches of these names; no two machines have links of the same name. */
  Switch(String... bridges) throws IOException {
    namespace("switch");
    StringBuilder batch = new StringBuilder();
    for (String bridge : bridges) {
      batch.append("link add ").append(bridge).append(" type bridge\n");
      batch.append("link set ").append(bridge).append(" up\n");
    }
    ip("switch", batch.toString());
  }

  private void namespace(String machine) throws IOException {
    Netns.run("", "ip", "netns", "add", name(machine));
    namespaces.add(name(machine));
    ip(machine, "link set lo up\n");
  }

  /** Namespace of a machine. */
  String name(String machine) {
    return prefix + machine;
  }

  private void ip(String machine, String batch) throws IOException {
    Netns.run(batch, "ip", "-n", name(machine), "-batch", "-");
  }

  /** Adds a machine with a wire to each of these switches, which is called so in it, too. */
  void machine(String machine, String... bridges) throws IOException {
    namespace(machine);
    for (String bridge : bridges) {
      String port = machine + "-" + bridge;
      ip(
          "switch",
          """
          link add %s type veth peer name %s netns %s
          link set %s master %s up
          """
              .formatted(port, bridge, name(machine), port, bridge));
      ip(machine, "link set " + bridge + " up\n");
    }
  }

  /** Gives a machine an address; empty gateway: no default route. */
  void address(String machine, String link, String address, String gateway) throws IOException {
    ip(
        machine,
        "address add %s dev %s%n".formatted(address, link)
            + (gateway.isEmpty() ? "" : "route add default via %s%n".formatted(gateway)));
  }

  /** Cuts or mends a machine's wires without its noticing. */
  void cut(String machine, boolean mend, String... bridges) throws IOException {
    for (String bridge : bridges) {
      Netns.in(
          name("switch"),
          "",
          "bridge",
          "link",
          "set",
          "dev",
          machine + "-" + bridge,
          "state",
          mend ? "3" : "0");
    }
  }

  /** Writes down the advertisements on a switch from now on. */
  void witness(String bridge) throws IOException {
    witness =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                name("switch"),
                "tcpdump",
                "-i",
                bridge,
                "-n",
                "-tt",
                "-l",
                "--immediate-mode",
                "proto 112 or proto 51")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(
                      new InputStreamReader(witness.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines().forEach(this::note);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private void note(String line) {
    Matcher found = ADVERTISEMENT.matcher(line);
    if (found.find()) {
      seen.add(
          new Seen(
              Long.parseLong(found.group(1)) * 1_000_000 + Long.parseLong(found.group(2)),
              found.group(3),
              Integer.parseInt(found.group(4))));
    }
  }

  /** What was written down so far. */
  List<Seen> seen() {
    return seen;
  }

  Optional<Seen> lastOf(String source) {
    return seen.stream().filter(each -> each.source.equals(source)).reduce((a, b) -> b);
  }

  /** Microseconds from the last advertisement of one to the first after it of another. */
  long takeoverUs(String dead, String heir) throws IOException {
    Seen some = lastOf(dead).orElseThrow();
    await("the first advertisement of " + heir, () -> first(some, heir).isPresent());
    Seen first = first(some, heir).orElseThrow();
    // What was sent before the wire was cut may have been written down after it.
    Seen last =
        seen.stream()
            .filter(each -> each.source.equals(dead) && each.timeUs < first.timeUs)
            .reduce((a, b) -> b)
            .orElseThrow();
    return first.timeUs - last.timeUs;
  }

  private Optional<Seen> first(Seen after, String source) {
    return seen.stream()
        .filter(each -> each.source.equals(source) && each.timeUs > after.timeUs)
        .findFirst();
  }

  /** Waits for something that has to come in the end. */
  static void await(String what, BooleanSupplier done) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IOException("did not come: " + what);
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (witness != null) {
      witness.descendants().forEach(ProcessHandle::destroyForcibly);
      witness.destroyForcibly();
    }
    Netns.remove(namespaces.toArray(String[]::new));
  }
}
