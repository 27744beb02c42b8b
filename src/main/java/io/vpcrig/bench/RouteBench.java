package io.vpcrig.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.model.Cidr;
import io.vpcrig.route.LookupForm;
import io.vpcrig.route.PrefixFile;
import io.vpcrig.route.PrefixTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Builds the table of one file of prefixes, looks up addresses in it and changes it. Thread: the
 * caller's.
 */
public final class RouteBench {
  private static final int FURTHER_BUILDS = 3;

  /** Addresses of one round; they take some ten microseconds. */
  private static final int ROUND = 1 << 12;

  private final Path file;
  private final PrefixTable table;
  private final List<Cidr> prefixes = new ArrayList<>();
  private final int ipv6Prefixes;
  private final long firstBuildNs;
  private final Spread furtherBuildsNs;

  /**
   * What one form did with one sequence of addresses.
   *
   * @param lookups units are addresses
   * @param nextHops of the addresses in order
   */
  public record Result(LookupForm form, int batch, Samples lookups, int[] nextHops) {
    /** Everything but the next hops, for which their checksum stands. */
    public ObjectNode toJson() {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      root.put("form", name(form)).put("batch", batch);
      root.setAll(lookups.toJson("lookups"));
      return root.put("checksum", Checksum.text(Checksum.of(nextHops)));
    }
  }

  /**
   * Builds the table, for the first time and again. A line without a next hop gets one of 64, by a
   * hash of its number.
   *
   * @throws IOException if the file can't be read, names file, line and column of what is wrong
   */
  public RouteBench(Path file) throws IOException {
    this.file = file;
    long start = System.nanoTime();
    build();
    firstBuildNs = System.nanoTime() - start;
    double[] further = new double[FURTHER_BUILDS];
    PrefixTable last = null;
    for (int k = 0; k < FURTHER_BUILDS; k++) {
      start = System.nanoTime();
      last = build();
      further[k] = System.nanoTime() - start;
    }
    furtherBuildsNs = Spread.of(further);
    table = last;
    try (PrefixFile lines = PrefixFile.open(file, PrefixTable.MAX_NEXT_HOP)) {
      while (lines.next()) {
        prefixes.add(new Cidr(lines.address(), lines.length()));
      }
      ipv6Prefixes = lines.ipv6Prefixes();
    }
  }

  private PrefixTable build() throws IOException {
    PrefixTable built = PrefixTable.forInternet();
    int number = 0;
    try (PrefixFile lines = PrefixFile.open(file, PrefixTable.MAX_NEXT_HOP)) {
      for (; lines.next(); number++) {
        int nextHop = lines.label() == 0 ? defaultNextHop(number) : (int) lines.label();
        try {
          built.add(lines.address(), lines.length(), nextHop);
        } catch (IllegalStateException e) {
          throw lines.malformed(e.getMessage());
        }
      }
    }
    return built;
  }

  /** One of 1..64, by Knuth's multiplicative hash of a line's number; as the peers' programs do. */
  private static int defaultNextHop(int number) {
    return 1 + (number * 0x9e37_79b1 >>> 26);
  }

  /** The file's IPv4 prefixes in their order. */
  public List<Cidr> prefixes() {
    return List.copyOf(prefixes);
  }

  /** IPv6 prefixes of the file, which were left out. */
  public int ipv6Prefixes() {
    return ipv6Prefixes;
  }

  /** Of the whole table, with what changing it takes. */
  public long memoryBytes() {
    return table.memoryBytes();
  }

  /** Reading the file and filling the table, in a JVM that may never have done so. */
  public long firstBuildNs() {
    return firstBuildNs;
  }

  /** The same, again. */
  public Spread furtherBuildsNs() {
    return furtherBuildsNs;
  }

  /**
   * Looks the addresses up, in order, over and over.
   *
   * @param addresses at least one
   * @param batch addresses asked for at a time, at least 1
   */
  public Result lookUp(int[] addresses, int batch, LookupForm form, Sampler sampler) {
    var passes = new Passes(addresses, batch, form);
    Samples lookups = sampler.measure(passes);
    return new Result(form, batch, lookups, passes.nextHops());
  }

  /** Withdraws a route drawn from the file and adds it again; units are changes, two for each. */
  public Samples change(Sampler sampler, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return sampler.measure(
        () -> {
          Cidr prefix = prefixes.get(random.nextInt(prefixes.size()));
          int nextHop = table.withdraw(prefix.address(), prefix.length());
          table.add(prefix.address(), prefix.length(), nextHop);
          return 2;
        });
  }

  /** What was built, and how long it took. */
  public ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("prefixes", prefixes.size()).put("routes", table.size());
    root.put("ipv6Prefixes", ipv6Prefixes).put("blocks", table.blocksUsed());
    root.put("memoryBytes", table.memoryBytes()).put("firstBuildNs", firstBuildNs);
    root.set("furtherBuildsNs", furtherBuildsNs.toJson());
    return root;
  }

  /** As people write it. */
  public static String name(LookupForm form) {
    return switch (form) {
      case LOOP -> "loop";
      case GATHER -> "gather";
    };
  }

  /** Passes over the addresses, of which each call does the next round. */
  private final class Passes implements Sampler.Work {
    private final int[] addresses;
    private final LookupForm form;
    private final int[] batch;
    private int next;

    private Passes(int[] addresses, int batch, LookupForm form) {
      this.addresses = addresses;
      this.form = form;
      this.batch = new int[batch];
    }

    @Override
    public int next() {
      int from = next;
      int end = Math.min(addresses.length, from + Math.max(ROUND, batch.length));
      for (int at = from; at < end; at += batch.length) {
        table.find(addresses, at, Math.min(batch.length, end - at), batch, form);
      }
      next = end == addresses.length ? 0 : end;
      return end - from;
    }

    private int[] nextHops() {
      int[] all = new int[addresses.length];
      for (int at = 0; at < all.length; at += batch.length) {
        int count = Math.min(batch.length, all.length - at);
        table.find(addresses, at, count, batch, form);
        System.arraycopy(batch, 0, all, at, count);
      }
      return all;
    }
  }
}
