package io.vpcrig.engine;

import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.OutputOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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
 *   rtc, 1 worker    [read + decap] -> [policy, rewrite + encap] -> [write]
 *   rtc, N workers   [read + dispatch] -> [whole way] x N -> [write]
 *   staged           [read + dispatch] -> [decap] -> [policy] x N -> [rewrite + encap] -> [write]
 * </pre>
 *
 * With one worker the reader looks at the frames, too, since it has them in its cache and the half
 * of the time to spare. The caller's thread is the writer; where nobody wants the frames there is
 * none, and a round is free as soon as it is decided.
 */
public final class Pipeline {
  private static final Phase DECIDE =
      (path, batch, snapshot) -> {
        path.policy(batch, snapshot);
        path.egress(batch, snapshot);
      };

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
      Sequence[] last = last();
      start(source, last, sink == null ? last : new Sequence[] {written});
      if (sink != null) {
        write(last, sink);
      }
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
    if (failure.get() != null) {
      throw failed();
    }
    return Optional.ofNullable(damage);
  }

  /** Sequences of the last step before the writer. */
  private Sequence[] last() {
    boolean one = options.mode() == PipelineMode.STAGED;
    Sequence[] last = new Sequence[one ? 1 : options.workers()];
    Arrays.setAll(last, k -> new Sequence());
    return last;
  }

  /** What a step that failed makes of the run. */
  private RuntimeException failed() throws IOException {
    if (failure.get() instanceof IOException e) {
      throw e;
    }
    return new IllegalStateException("a step of the pipeline failed", failure.get());
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

  /**
   * Starts all steps but the writer.
   *
   * @param last of the last one of them
   * @param free of who gives a round free
   */
  private void start(FrameSource source, Sequence[] last, Sequence[] free) {
    int workers = options.workers();
    Sequence[] read = {new Sequence()};
    if (workers == 1 && options.mode() == PipelineMode.RTC) {
      step("reader", free, -ring.length, read[0], new PlainReader(source, paths[0]));
      step("worker-0", read, 0, last[0], counted(0, round -> eachPart(round, DECIDE)));
      return;
    }
    step("reader", free, -ring.length, read[0], new SpreadReader(source));
    if (options.mode() == PipelineMode.RTC) {
      for (int w = 0; w < workers; w++) {
        PacketPath path = paths[w];
        int part = w;
        Step work = counted(w, round -> path.process(round.parts[part], round.snapshot));
        step("worker-" + w, read, 0, last[w], work);
      }
      return;
    }
    Sequence[] found = {new Sequence()};
    step("decap", read, 0, found[0], round -> eachPart(round, PacketPath::ingress));
    Sequence[] decided = new Sequence[workers];
    Step egress = round -> eachPart(round, PacketPath::egress);
    for (int w = 0; w < workers; w++) {
      PacketPath path = paths[w];
      int part = w;
      decided[w] = new Sequence();
      Step policy = round -> path.policy(round.parts[part], round.snapshot);
      step("worker-" + w, found, 0, decided[w], policy);
      egress = counted(w, egress);
    }
    step("encap", decided, 0, last[0], egress);
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

  /**
   * Starts a step.
   *
   * @param before what it waits for, and how many rounds that may be behind it: 0, or all of them
   *     if it is the first, which waits for free rounds
   */
  private void step(String name, Sequence[] before, int behind, Sequence own, Step work) {
    Thread thread =
        Thread.ofPlatform()
            .name("vpcrig-" + name)
            .daemon()
            .unstarted(() -> loop(before, behind, own, work));
    threads.add(thread);
    if (behind == 0) {
      noteWaiting(name, before, own);
    }
    thread.start();
  }

  private void loop(Sequence[] before, int behind, Sequence own, Step work) {
    IdleStrategy idle = idle();
    try {
      for (long n = 0; await(before, n + 1 + behind, idle); n++) {
        Round round = ring[(int) (n % ring.length)];
        if (behind != 0 || !round.end) {
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
      if (!round.end) {
        write(round, orders, sink);
      }
      boolean end = round.end;
      written.setRelease(n + 1);
      if (end) {
        return;
      }
    }
    throw failed();
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

  /** Reads, and looks at what it has read. */
  private final class PlainReader implements Step {
    private final FrameSource source;
    private final PacketPath path;

    PlainReader(FrameSource source, PacketPath path) {
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
      path.ingress(batch, round.snapshot);
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
