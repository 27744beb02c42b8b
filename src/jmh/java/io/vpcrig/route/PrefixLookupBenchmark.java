package io.vpcrig.route;

import io.vpcrig.TestData;
import io.vpcrig.bench.AddressPattern;
import io.vpcrig.model.Cidr;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  private static final int CHUNK = 1 << 14;

  /** A full table and addresses to look up. */
  @State(Scope.Thread)
  public static class Lookups {
    @Param private AddressPattern pattern;

    @Param private LookupForm form;

    @Param({"64", "256"})
    private int batch;

    private PrefixTable table;
    private int[] addresses;
    private int[] nextHops;
    private int position;

    @Setup(Level.Trial)
    public void fill() throws IOException {
      table = PrefixTable.forInternet();
      addresses = pattern.addresses(load(table), ADDRESSES, 1);
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
      load(table);
    }
  }

  /** Fills the table; the prefixes in it. */
  private static List<Cidr> load(PrefixTable table) throws IOException {
    Path file = TestData.shared("routes/bart_fulltable_v4v6.txt.gz").orElseThrow();
    List<Cidr> prefixes = new ArrayList<>();
    try (PrefixFile lines = PrefixFile.open(file, PrefixTable.MAX_NEXT_HOP)) {
      while (lines.next()) {
        prefixes.add(new Cidr(lines.address(), lines.length()));
        table.add(lines.address(), lines.length(), 1 + prefixes.size() % 64);
      }
    }
    return prefixes;
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
