package io.vpcrig.engine;

import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.OutputOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * Threads that carry rounds of frames from a source through the way to a sink. Rounds go around in
 * a ring; a step takes the next one as soon as the steps before it have finished it, which it
 * learns from their {@link Sequence}. No locks, no queues of frames, and output order is input
 * order by construction.
 *
 * <pre>
 *   rtc, 1 worker    [read + whole way] -> [write]
 *   rtc, N workers   [read + dispatch] -> [whole way] x N -> [write]
 *   staged           [read + dispatch] -> [decap] -> [policy] x N -> [rewrite + encap] -> [write]
 * </pre>
 *
 * The caller's thread is the writer.
 */
public final class Pipeline {
  private final PipelineOptions options;
  private final SnapshotCell snapshots;
  private final PacketPath[] paths;
  private final Round[] ring;
  private final Sequence written = new Sequence();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Waiting> waiting = new CopyOnWriteArrayList<>();
  private Accounting[] counts;
  private Peek peek;
  private volatile boolean stopped;
  private volatile DamagedInputException damage;

  /**
   * @param paths one per worker; the caller closes them
   */
  public Pipeline(PipelineOptions options, SnapshotCell snapshots, PacketPath[] paths) {
    if (paths.length != options.workers()) {
      throw new IllegalArgumentException(paths.length + " paths for " + options.workers());
    }
    this.options = options;
    this.snapshots = snapshots;
    this.paths = paths;
    this.ring = new Round[options.rounds()];
  }

  /**
   * Lets each worker count the frames it has finished, whose columns are in its cache. Before
   * {@link #run}.
   *
   * @param perWorker one per worker; the caller adds them up after the run
   */
  public Pipeline counting(Accounting[] perWorker) {
    if (perWorker.length != options.workers()) {
      throw new IllegalArgumentException(perWorker.length + " for " + options.workers());
    }
    counts = perWorker;
    return this;
  }

  /** As {@link #run(FrameSource, FrameSink)}, with nobody who wants the frames. */
  public Optional<DamagedInputException> run(FrameSource source) throws IOException {
    return run(source, null);
  }

  /**
   * Carries everything that {@code source} has to {@code sink}; closes neither. The calling thread
   * is the sink's only one.
   *
   * @return what was wrong with the input, if it was damaged; all frames before the damage went
   *     through
   */
  public Optional<DamagedInputException> run(FrameSource source, FrameSink sink)
      throws IOException {
    for (int r = 0; r < ring.length; r++) {
      ring[r] = new Round(options.workers(), options.batch());
    }
    try {
      Sequence[] decided = start(source);
      write(decided, sink);
    } catch (IOException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      throw e;
    } finally {
      join();
      for (Round round : ring) {
        round.close();
      }
      if (peek != null) {
        peek.close();
      }
    }
    return Optional.ofNullable(damage);
  }

  /**
   * Rounds that wait for a step, or are in it.
   *
   * @param step such as {@code worker-0} or {@code writer}
   */
  public record Waiting(String step, LongSupplier rounds) {}

  /** All steps but the first, as far as they have begun. Any thread. */
  public List<Waiting> waiting() {
    return waiting;
  }

  /** Rounds that go around. */
  public int rounds() {
    return ring.length;
  }

  private void noteWaiting(String step, Sequence[] before, Sequence own) {
    waiting.add(
        new Waiting(
            step,
            () -> {
              long done = own.getAcquire();
              long ready = Long.MAX_VALUE;
              for (Sequence sequence : before) {
                ready = Math.min(ready, sequence.getAcquire());
              }
              return Math.max(0, ready - done);
            }));
  }

  /** Ends the run after the frames read so far. Any thread. */
  public void stop() {
    stopped = true;
  }

  /** Starts all steps but the writer and returns the sequences that it waits for. */
  private Sequence[] start(FrameSource source) {
    int workers = options.workers();
    if (workers == 1 && options.mode() == PipelineMode.RTC) {
      PacketPath path = paths[0];
      return step("worker-0", new Sequence[0], counted(0, new WholeReader(source, path)));
    }
    Sequence[] read = step("reader", new Sequence[0], new SpreadReader(source));
    if (options.mode() == PipelineMode.STAGED) {
      read = step("decap", read, round -> eachPart(round, PacketPath::ingress));
    }
    Sequence[] decided = new Sequence[workers];
    for (int w = 0; w < workers; w++) {
      PacketPath path = paths[w];
      int part = w;
      Step work =
          options.mode() == PipelineMode.STAGED
              ? round -> path.policy(round.parts[part], round.snapshot)
              : counted(w, round -> path.process(round.parts[part], round.snapshot));
      decided[w] = step("worker-" + w, read, work)[0];
    }
    if (options.mode() == PipelineMode.RTC) {
      return decided;
    }
    Step egress = round -> eachPart(round, PacketPath::egress);
    for (int w = 0; w < workers; w++) {
      egress = counted(w, egress);
    }
    return step("encap", decided, egress);
  }

  /** The last step of a worker's part, and then its frames counted. */
  private Step counted(int part, Step last) {
    if (counts == null) {
      return last;
    }
    Accounting own = counts[part];
    return round -> {
      last.work(round);
      own.count(round.parts[part]);
    };
  }

  /** What a step does with a round. */
  @FunctionalInterface
  private interface Step {
    void work(Round round) throws IOException;
  }

  /** One phase of a path, on one worker's batch. */
  @FunctionalInterface
  private interface Phase {
    void run(PacketPath path, FrameBatch batch, Snapshot snapshot);
  }

  private void eachPart(Round round, Phase phase) {
    for (int w = 0; w < paths.length; w++) {
      phase.run(paths[w], round.parts[w], round.snapshot);
    }
  }

  private Sequence[] step(String name, Sequence[] before, Step work) {
    Sequence own = new Sequence();
    Thread thread =
        Thread.ofPlatform()
            .name("vpcrig-" + name)
            .daemon()
            .unstarted(() -> loop(before, own, work));
    threads.add(thread);
    if (before.length > 0) {
      noteWaiting(name, before, own);
    }
    thread.start();
    return new Sequence[] {own};
  }

  private void loop(Sequence[] before, Sequence own, Step work) {
    boolean first = before.length == 0;
    IdleStrategy idle = idle();
    try {
      for (long n = 0; ; n++) {
        Round round = ring[(int) (n % ring.length)];
        boolean ready =
            first
                ? await(new Sequence[] {written}, n + 1 - ring.length, idle)
                : await(before, n + 1, idle);
        if (!ready) {
          return;
        }
        if (first || !round.end) {
          work.work(round);
        }
        // The round belongs to the next steps from here on.
        boolean end = round.end;
        own.setRelease(n + 1);
        if (end) {
          return;
        }
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  private void write(Sequence[] decided, FrameSink sink) throws IOException {
    IdleStrategy idle = idle();
    OutputOrder[] orders = new OutputOrder[options.workers()];
    for (int w = 0; w < orders.length; w++) {
      orders[w] = new OutputOrder();
    }
    noteWaiting("writer", decided, written);
    for (long n = 0; await(decided, n + 1, idle); n++) {
      Round round = ring[(int) (n % ring.length)];
      if (!round.end && sink != null) {
        write(round, orders, sink);
      }
      boolean end = round.end;
      written.setRelease(n + 1);
      if (end) {
        return;
      }
    }
    if (failure.get() instanceof IOException e) {
      throw e;
    }
    throw new IllegalStateException("a step of the pipeline failed", failure.get());
  }

  private static void write(Round round, OutputOrder[] orders, FrameSink sink) throws IOException {
    for (int w = 0; w < orders.length; w++) {
      orders[w].over(round.parts[w]);
    }
    for (int k = 0; k < round.size; k++) {
      OutputOrder order = orders[round.owner[k]];
      FrameBatch batch = round.parts[round.owner[k]];
      order.nextFrame();
      for (int i = order.next(); i != FrameBatch.NONE; i = order.next()) {
        sink.write(batch, i);
      }
    }
  }

  /** Waits until all of {@code before} have come to {@code rounds}; false if a step failed. */
  private boolean await(Sequence[] before, long rounds, IdleStrategy idle) {
    for (Sequence sequence : before) {
      while (sequence.getAcquire() < rounds) {
        if (failure.get() != null) {
          return false;
        }
        idle.idle();
      }
      idle.reset();
    }
    return true;
  }

  private void join() {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (true) {
        try {
          thread.join();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
          failure.compareAndSet(null, e);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Spins briefly, then gives the core away: there may be more threads than cores. */
  private static IdleStrategy idle() {
    return new BackoffIdleStrategy(200, 20, 1_000, 50_000);
  }

  /**
   * Reads until {@code batch} is full or the input ends; notes damage. Returns whether there is
   * more.
   */
  private int read(FrameSource source, FrameBatch batch) throws IOException {
    if (stopped) {
      return 0;
    }
    try {
      return source.read(batch);
    } catch (DamagedInputException e) {
      damage = e;
      return 0;
    }
  }

  /** One thread for reading and for the whole way: nothing crosses cores before the writer. */
  private final class WholeReader implements Step {
    private final FrameSource source;
    private final PacketPath path;

    WholeReader(FrameSource source, PacketPath path) {
      this.source = source;
      this.path = path;
    }

    @Override
    public void work(Round round) throws IOException {
      round.clear();
      FrameBatch batch = round.parts[0];
      round.snapshot = snapshots.getAcquire();
      round.end = read(source, batch) == 0;
      round.size = batch.size;
      path.process(batch, round.snapshot);
    }
  }

  /** Reads, finds each frame's worker, and copies the frame into that worker's batch. */
  private final class SpreadReader implements Step {
    private final FrameSource source;

    SpreadReader(FrameSource source) {
      this.source = source;
      peek = new Peek(options);
    }

    @Override
    public void work(Round round) throws IOException {
      round.clear();
      round.snapshot = snapshots.getAcquire();
      FrameBatch batch = peek.batch();
      batch.clear();
      round.end = read(source, batch) == 0;
      round.size = batch.size;
      peek.spread(round);
    }
  }
}
