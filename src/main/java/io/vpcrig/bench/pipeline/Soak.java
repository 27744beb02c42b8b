package io.vpcrig.bench.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import io.vpcrig.engine.Accounting;
import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.OutputOrder;
import io.vpcrig.frame.Verdict;
import io.vpcrig.session.SessionTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A scenario at full speed for long, with frames of every outcome among those of the flows, and
 * with a look at everything that could grow: heap after a collection, memory outside of it, the
 * whole process. Frames have to add up, and the worker must not allocate.
 */
public final class Soak implements AutoCloseable {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final byte[] OF_PACKETS = {
    Verdict.FORWARD, Verdict.DROP, Verdict.LOCAL, Verdict.SWITCH, Verdict.HELD
  };

  /** So that there is room for frames of flows beside the others. */
  private static final int LEAST_BATCH = 4;

  /** What the heap may differ by from one collection to another: what the JVM itself keeps. */
  private static final long HEAP_SLACK = 2L << 20;

  /** The same of the process: code that is compiled, and pages the collector touches. */
  private static final long PROCESS_SLACK = 48L << 20;

  /**
   * In all, by the worker: when compiled code is given up, objects that it had kept in registers
   * are put on the heap, some dozen bytes each time. Whatever allocates per frame or connection is
   * far beyond.
   */
  private static final long WORKER_SLACK = 4 << 10;

  private final PathRun run;
  private final Sundries sundries;
  private final Accounting accounting;
  private final OutputOrder order = new OutputOrder();
  private final FrameBatch batch;
  private final List<Reading> readings = new ArrayList<>();
  private final long startNs = System.nanoTime();

  /**
   * What a look shows.
   *
   * @param seconds since the start
   * @param frames since the start
   * @param perSecond frames, since the reading before
   * @param created sessions since the start
   * @param heapBytes used after a collection
   * @param offHeapBytes by {@link BytesLedger}
   * @param processBytes resident; -1 where the system does not tell
   * @param allocated on the heap by the worker since the reading before
   */
  public record Reading(
      double seconds,
      long frames,
      double perSecond,
      int sessions,
      long created,
      long heapBytes,
      long offHeapBytes,
      long processBytes,
      long allocated) {
    /** Its components by name. */
    public ObjectNode toJson() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("seconds", seconds)
          .put("frames", frames)
          .put("framesPerSecond", perSecond)
          .put("sessions", sessions)
          .put("created", created)
          .put("heapBytes", heapBytes)
          .put("offHeapBytes", offHeapBytes)
          .put("processBytes", processBytes)
          .put("allocated", allocated);
    }
  }

  /**
   * @param scenario opens connections, in batches of at least {@link #LEAST_BATCH}
   */
  public Soak(Scenario scenario, long seed) {
    if (scenario.opened() == 0 || scenario.batch() < LEAST_BATCH) {
      throw new IllegalArgumentException(
          "a soak needs frames that open connections, and batches of at least " + LEAST_BATCH);
    }
    run = new PathRun(scenario, seed);
    sundries = new Sundries(scenario, run.snapshot().segments());
    accounting = new Accounting(run.snapshot().segments().size());
    batch = new FrameBatch(scenario.batch());
  }

  /** The router that frames are sent through. */
  public PathRun pathRun() {
    return run;
  }

  /** What has become of all frames so far. */
  public Accounting accounting() {
    return accounting;
  }

  /** Sends frames for a while, then looks. */
  public Reading run(double seconds) throws IOException {
    long before = accounting.packets();
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    do {
      next();
    } while (System.nanoTime() < end);
    long took = System.nanoTime() - start;
    allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    System.gc();
    Runtime jvm = Runtime.getRuntime();
    SessionTable sessions = run.path().sessions();
    Reading reading =
        new Reading(
            (System.nanoTime() - startNs) / 1e9,
            accounting.packets(),
            (accounting.packets() - before) * 1e9 / took,
            sessions.size(),
            sessions.created(),
            jvm.totalMemory() - jvm.freeMemory(),
            BytesLedger.heldBytes(),
            processBytes(),
            allocated);
    readings.add(reading);
    return reading;
  }

  /**
   * What is wrong, a sentence each: whatever grew from the reading {@code first} on to the last,
   * and whatever does not add up.
   *
   * @param first the first reading of a router that is warm, from 0
   */
  public List<String> faults(int first) {
    List<String> faults = new ArrayList<>();
    addUp(faults);
    Reading warm = readings.get(first);
    Reading last = readings.getLast();
    grown(faults, "heap after a collection", warm.heapBytes(), last.heapBytes(), HEAP_SLACK);
    grown(faults, "memory outside the heap", warm.offHeapBytes(), last.offHeapBytes(), 0);
    grown(faults, "process", warm.processBytes(), last.processBytes(), PROCESS_SLACK);
    long allocated = 0;
    for (Reading reading : readings.subList(first + 1, readings.size())) {
      allocated += reading.allocated();
    }
    require(
        faults, allocated <= WORKER_SLACK, "the worker allocated " + allocated + " bytes in all");
    require(
        faults,
        last.created() - warm.created() > last.sessions(),
        "only %d sessions were created, with %d in the table: run longer"
            .formatted(last.created() - warm.created(), last.sessions()));
    return faults;
  }

  @Override
  public void close() {
    run.close();
    sundries.close();
    batch.close();
  }

  private void next() {
    batch.clear();
    sundries.addTo(batch, run.traffic().nowNs());
    run.traffic().read(batch);
    run.path().process(batch, run.snapshot());
    order.over(batch);
    while (order.nextFrame()) {
      for (int i = order.next(); i != FrameBatch.NONE; i = order.next()) {
        accounting.write(batch, i);
      }
    }
  }

  private void addUp(List<String> faults) {
    long sum = 0;
    for (byte verdict : OF_PACKETS) {
      sum += accounting.verdict(verdict);
    }
    require(
        faults,
        sum == accounting.packets(),
        "%d frames came in, %d have an outcome".formatted(accounting.packets(), sum));
    exactly(faults, Verdict.SWITCH, sundries.count(Sundries.Kind.SWITCHED));
    exactly(faults, Verdict.LOCAL, sundries.count(Sundries.Kind.ECHO));
    exactly(faults, Verdict.ORIGINATED, sundries.count(Sundries.Kind.ECHO));
    long orphans = sundries.count(Sundries.Kind.ORPHAN);
    long denied = sundries.count(Sundries.Kind.DENIED);
    long dropped = accounting.verdict(Verdict.DROP);
    // Of a datagram that is never whole, a fragment is held or dropped.
    require(
        faults,
        dropped >= denied && dropped <= denied + orphans,
        "%d frames dropped, with %d denied and %d orphans".formatted(dropped, denied, orphans));
    long held = accounting.verdict(Verdict.HELD);
    require(faults, held >= 0 && held <= orphans, held + " frames held");
  }

  private void exactly(List<String> faults, byte verdict, long expected) {
    long found = accounting.verdict(verdict);
    require(
        faults,
        found == expected,
        "%d frames with outcome %s, not %d".formatted(found, Verdict.name(verdict), expected));
  }

  private static void grown(List<String> faults, String what, long from, long to, long slack) {
    require(
        faults,
        to - from <= slack,
        "%s grew from %d to %d bytes, by more than %d".formatted(what, from, to, slack));
  }

  private static void require(List<String> faults, boolean holds, String otherwise) {
    if (!holds) {
      faults.add(otherwise);
    }
  }

  /** The line {@code VmRSS: 123456 kB}. */
  private static long processBytes() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return -1;
    }
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    return -1;
  }
}
