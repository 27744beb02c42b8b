package io.vpcrig.route;

import io.vpcrig.TestData;
import io.vpcrig.model.Cidr;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What looking up an address in a full BGP table costs, by pattern, form and size of batch, and
 * what a change costs: adding and withdrawing a /24, or a /28 that is lent a block.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(3)
public class PrefixLookupBenchmark {
  private static final int ADDRESSES = 1 << 22;
  private static final int POPULAR = 100_000;
  private static final int CHUNK = 1 << 14;

  /** Where addresses come from. */
  public enum Pattern {
    /** Anywhere. */
    RAND,
    /** Any prefix, then any address in it. */
    ROUTE,
    /** 100,000 addresses of ROUTE, some far more often than others. */
    ZIPF,
    /** One behind the other. */
    SEQ
  }

  /** A full table and addresses to look up. */
  @State(Scope.Thread)
  public static class Lookups {
    @Param private Pattern pattern;

    @Param private LookupForm form;

    @Param({"64", "256"})
    private int batch;

    private PrefixTable table;
    private int[] addresses;
    private int[] nextHops;
    private int position;

    @Setup(Level.Trial)
    public void fill() throws IOException {
      Cidr[] prefixes = new Cidr[PrefixTable.INTERNET_ROUTES];
      table = PrefixTable.forInternet();
      int count = load(table, prefixes);
      SplittableRandom random = new SplittableRandom(1);
      int[] drawn = new int[ADDRESSES];
      Arrays.setAll(
          drawn,
          i -> {
            Cidr prefix = prefixes[random.nextInt(count)];
            return prefix.network() | random.nextInt() & ~prefix.mask();
          });
      addresses = new int[ADDRESSES];
      Arrays.setAll(
          addresses,
          i ->
              switch (pattern) {
                case RAND -> random.nextInt();
                case ROUTE -> drawn[i];
                case ZIPF -> drawn[(int) Math.pow(POPULAR, random.nextDouble()) - 1];
                case SEQ -> 0x0100_0000 + i;
              });
      nextHops = new int[batch];
    }
  }

  /** A full table to change. */
  @State(Scope.Thread)
  public static class Updates {
    @Param({"24", "28"})
    private int length;

    private final SplittableRandom random = new SplittableRandom(1);
    private PrefixTable table;

    @Setup(Level.Trial)
    public void fill() throws IOException {
      table = PrefixTable.forInternet();
      load(table, new Cidr[PrefixTable.INTERNET_ROUTES]);
    }
  }

  private static int load(PrefixTable table, Cidr[] prefixes) throws IOException {
    Path file = TestData.shared("routes/bart_fulltable_v4v6.txt.gz").orElseThrow();
    int count = 0;
    try (PrefixFile lines = PrefixFile.open(file, PrefixTable.MAX_NEXT_HOP)) {
      while (lines.next()) {
        prefixes[count] = new Cidr(lines.address(), lines.length());
        table.add(lines.address(), lines.length(), 1 + count++ % 64);
      }
    }
    return count;
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK)
  public int find(Lookups state) {
    int end = state.position + CHUNK;
    for (int from = state.position; from < end; from += state.batch) {
      state.table.find(state.addresses, from, state.batch, state.nextHops, state.form);
    }
    state.position = end & ADDRESSES - 1;
    return state.nextHops[0];
  }

  @Benchmark
  public int addAndWithdraw(Updates state) {
    // In 240.0.0.0/4, where nobody has a route.
    int address = 0xf000_0000 | state.random.nextInt() >>> 4;
    return state.table.add(address, state.length, 1) + state.table.withdraw(address, state.length);
  }
}
