package io.vpcrig.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.config.foreign.ReadList;
import io.vpcrig.config.foreign.RuleFormats;
import io.vpcrig.config.foreign.RuleText;
import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.Protocol;
import io.vpcrig.testing.Filters;
import io.vpcrig.testing.Filters.Header;
import io.vpcrig.testing.Filters.Kinds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Rules that the emitters write, loaded into the Linux kernel, pass exactly the packets at the
 * edges of random lists that the lists allow; and what iptables-save and nft then tell is read as
 * the same lists.
 *
 * <pre>
 *   -Dvpcrig.emitters.seed=N      repeats a run
 *   -Dvpcrig.emitters.seconds=N   how long new lists are begun
 * </pre>
 */
class EmittersJudgeTest {
  private static final Kinds KINDS = new Kinds(true, true, false, true);
  private static final int HEADERS = 1_000;

  private final long seed = Long.getLong("vpcrig.emitters.seed", 20_261_126L);
  private final long seconds = Long.getLong("vpcrig.emitters.seconds", 10L);
  private int lists;
  private int denied;
  private int allowed;

  @BeforeAll
  static void needsRootAndTools() {
    Optional<String> missing = Namespaces.missing("nft");
    assumeTrue(missing.isEmpty(), () -> "the kernel as filter " + missing.orElse(""));
  }

  @Test
  void theKernelPassesWhatTheListAllows() throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    long beganNs = System.nanoTime();
    try (KernelFilter kernel = new KernelFilter()) {
      while (System.nanoTime() - beganNs < seconds * 1_000_000_000L) {
        FilterList list = Filters.random("", KINDS, random);
        boolean egress = list.name().endsWith(":egress");
        List<Header> headers = sendable(Filters.edges(list.rules(), HEADERS, random), egress);
        for (String format : List.of("iptables", "nft")) {
          String text = kernel.load(format, list);
          compare(format, list, headers, kernel.passed(headers), text);
          if (lists % 4 == 0) {
            readBack(format, list, kernel.saved(format), random);
          }
        }
        if (lists % 4 == 0) {
          sameInBothNotations(kernel, list);
        }
        FilterList builtIn = new FilterList("filter/FORWARD", list.rules(), list.otherwise());
        String text = kernel.load("iptables", builtIn);
        compare("iptables", builtIn, headers, kernel.passed(headers), text);
        lists++;
      }
    }
    System.err.printf(
        "seed %d: %d lists in 3 forms, %d packets passed, %d did not%n",
        seed, lists, allowed, denied);
    assertTrue(lists > 0 && allowed > 0 && denied > 0, "lists were compared");
  }

  private void compare(
      String format, FilterList list, List<Header> headers, BitSet passed, String text) {
    for (int i = 0; i < headers.size(); i++) {
      Header header = headers.get(i);
      boolean allows = Filters.verdict(list, header) == Action.ALLOW;
      assertEquals(
          allows,
          passed.get(i),
          () ->
              "seed %d, %s, %s, rule %d%n%s%n%s"
                  .formatted(seed, format, header, Filters.decider(list, header), list, text));
      allowed += allows ? 1 : 0;
      denied += allows ? 0 : 1;
    }
  }

  private void sameInBothNotations(KernelFilter kernel, FilterList list) throws IOException {
    kernel.load("nft", list);
    String json = withoutHandles(kernel.saved("nft"));
    String text = kernel.load("nft-text", list);
    assertEquals(
        json,
        withoutHandles(kernel.saved("nft-text")),
        () -> "seed %d%n%s%n%s".formatted(seed, list, text));
  }

  /** The kernel numbers what it is given, on and on; and lists chains in the order of numbers. */
  private static String withoutHandles(String saved) {
    return saved.replaceAll("\"handle\": [0-9]+", "");
  }

  /** What the kernel's own tools save is read as the list that was loaded. */
  private void readBack(String format, FilterList list, String saved, SplittableRandom random)
      throws IOException {
    RuleText text = new RuleText("saved", saved);
    String table = format.equals("nft") ? "vpcrig" : egress(list) ? "mangle" : "filter";
    String chain = egress(list) ? "prerouting" : "forward";
    String name = table + "/" + (format.equals("nft") ? chain : chain.toUpperCase(Locale.ROOT));
    assertEquals(format, RuleFormats.detect(text).name());
    ReadList read = RuleFormats.detect(text).read(text).read(name).orElseThrow();
    assertTrue(read.isWhole(), () -> read.losses() + "\n" + saved);
    Optional<String> difference = Filters.difference(list, read.list(), HEADERS, random);
    assertTrue(
        difference.isEmpty(), () -> "seed %d, %s%n%s%n%s".formatted(seed, difference, list, saved));
  }

  private static boolean egress(FilterList list) {
    return list.name().endsWith(":egress");
  }

  /**
   * Headers that the kernel routes, none of which looks like the answer to another. An egress list
   * is asked for new connections, which begin with no ICMP but a query.
   */
  private static List<Header> sendable(List<Header> headers, boolean egress) {
    Set<String> sent = new HashSet<>();
    List<Header> some = new ArrayList<>();
    for (Header header : headers) {
      boolean isAnswer = sent.contains(connection(header, true));
      if (isHost(header.source())
          && isHost(header.destination())
          && !isAnswer
          && !(egress && header.protocol() == Protocol.ICMP && !isQuery(header))) {
        sent.add(connection(header, false));
        some.add(header);
      }
    }
    return some;
  }

  private static String connection(Header header, boolean back) {
    boolean hasPorts = header.protocol() == Protocol.TCP || header.protocol() == Protocol.UDP;
    int from = hasPorts ? header.sourcePort() : 0;
    int to = hasPorts ? header.destinationPort() : 0;
    return back
        ? "%d %d:%d %d:%d"
            .formatted(header.protocol(), header.destination(), to, header.source(), from)
        : "%d %d:%d %d:%d"
            .formatted(header.protocol(), header.source(), from, header.destination(), to);
  }

  private static boolean isQuery(Header header) {
    return Set.of(8, 13, 15, 17).contains(header.destinationPort() >> 8);
  }

  /** A plain address: not of this network, below loopback. */
  private static boolean isHost(int address) {
    int first = address >>> 24;
    return first > 0 && first < 127;
  }
}
