package io.vpcrig.bench;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.live.LiveRules;
import io.vpcrig.acl.live.OverlayClassifier;
import io.vpcrig.acl.live.Recompiler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.HdrHistogram.Histogram;

/**
 * A list under edits of random kinds: add, remove, replace, move. Its length hardly changes; rules
 * that come are like rules that were there, under ids of their own.
 */
final class EditedList {
  /** Edits whose start is remembered; far more than pass between two batches. */
  private static final int REMEMBERED = 1 << 16;

  private static final long NAP_NS = 1_000_000;

  private final LiveRules live;
  private final SplittableRandom random;
  private final List<MatchRule> samples;
  private final ReentrantLock lock = new ReentrantLock();
  private final long[] startNs = new long[REMEMBERED];
  private int nextId;
  private long edits;
  private long compiled;
  private volatile Published published;

  /**
   * A version, and the number of the last edit in it. Where an edit began is written before the
   * version is published.
   */
  record Published(OverlayClassifier version, long edit) {}

  /**
   * @param live with ids below its size
   */
  EditedList(LiveRules live, long seed) {
    this.live = live;
    random = new SplittableRandom(seed);
    samples = live.current().rules().rules();
    nextId = samples.size();
    publish();
  }

  /** The latest version. Any thread. */
  Published current() {
    return published;
  }

  /** When an edit began, one of the last {@link #REMEMBERED}; after its version was seen. */
  long startNs(long edit) {
    return startNs[(int) edit & REMEMBERED - 1];
  }

  private void publish() {
    published = new Published(live.current(), edits);
  }

  private void landed() {
    compiled++;
    publish();
  }

  private void edit() {
    startNs[(int) ++edits & REMEMBERED - 1] = System.nanoTime();
    int size = live.size();
    int at = random.nextInt(size);
    switch (random.nextInt(4)) {
      case 0, 1 -> {
        if (size > samples.size()) {
          live.remove(at);
        } else {
          live.add(at, another());
        }
      }
      case 2 -> live.replace(at, another());
      default -> live.move(at, random.nextInt(size));
    }
    publish();
  }

  private MatchRule another() {
    MatchRule like = samples.get(random.nextInt(samples.size()));
    return new MatchRule(
        like.source(),
        like.destination(),
        like.sourcePorts(),
        like.destinationPorts(),
        like.protocol(),
        nextId++,
        like.quirk());
  }

  /** Compiles the list whole, here and now, if anything lies over it. While nobody edits. */
  void settle() {
    if (published.version().isOverlaid()) {
      lock.lock();
      try {
        LiveRules.Recompilation recompilation = live.recompile();
        recompilation.run();
        live.land(recompilation);
        publish();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Starts to edit.
   *
   * @param editNs takes how long each edit took until it was published; belongs to the editing
   *     until that is stopped
   */
  Editing editAt(double rate, Histogram editNs) {
    return new Editing(rate, editNs);
  }

  /** Answers of the latest version, as positions among its rules. */
  int[] positions(RuleSet rules, HeaderTrace headers) {
    Map<Integer, Integer> positionOf = new HashMap<>();
    for (int p = 0; p < rules.size(); p++) {
      positionOf.put(rules.id(p), p);
    }
    OverlayClassifier version = published.version();
    int[] answers = headers.classifyWith(version);
    for (int i = 0; i < answers.length; i++) {
      if (answers[i] != Classifier.NONE) {
        answers[i] = positionOf.get(version.id(answers[i]));
      }
    }
    return answers;
  }

  /** A thread that edits at a rate, and one that compiles. */
  final class Editing {
    private final ExecutorService background =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("compiler").factory());
    private final Recompiler recompiler =
        new Recompiler(Recompiler.on(background), lock, EditedList.this::landed);
    private final long firstEdit = edits;
    private final long firstCompiled = compiled;
    private final Thread editor;
    private final Histogram editNs;
    private volatile boolean stopped;
    private int largestOverlay;

    private Editing(double rate, Histogram editNs) {
      this.editNs = editNs;
      long periodNs = (long) (1e9 / rate);
      editor = Thread.ofPlatform().daemon().name("editor").start(() -> run(periodNs));
    }

    private void run(long periodNs) {
      for (long due = System.nanoTime(); !stopped; due += periodNs) {
        for (long left = due - System.nanoTime(); left > 0 && !stopped; ) {
          LockSupport.parkNanos(Math.min(left, NAP_NS));
          left = due - System.nanoTime();
        }
        lock.lock();
        try {
          edit();
          editNs.recordValue(System.nanoTime() - startNs(edits));
          recompiler.edited(live);
          largestOverlay = Math.max(largestOverlay, live.current().overlaySize());
        } finally {
          lock.unlock();
        }
      }
    }

    /** Ends both threads; a compilation under way is waited for. */
    void stop() {
      stopped = true;
      boolean interrupted = false;
      while (editor.isAlive()) {
        try {
          editor.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      background.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    // After stop().
    long edits() {
      return edits - firstEdit;
    }

    long compiled() {
      return compiled - firstCompiled;
    }

    /** Most rules added and removed that the overlay held. */
    int largestOverlay() {
      return largestOverlay;
    }
  }
}
