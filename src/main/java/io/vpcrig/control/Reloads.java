package io.vpcrig.control;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.live.PortPlan;
import io.vpcrig.model.Vpc;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads the VPC file again and puts what it says in the place of what the router goes by, which it
 * meets at its next batch. A file with faults, or one that the ports don't fit, changes nothing.
 * One reload at a time, compiled on the caller's thread, which is not the router's.
 */
public final class Reloads {
  /**
   * What came of one.
   *
   * @param generation that the router goes by now
   * @param problems sentences, empty if it was taken
   */
  public record Result(boolean taken, int generation, double seconds, List<String> problems) {}

  /** Fits what was read to the router that runs. */
  @FunctionalInterface
  public interface Fit {
    /**
     * What the router shall go by.
     *
     * @throws IllegalArgumentException with a sentence for the operator, if it can't
     */
    Vpc fit(Vpc read, Vpc running);
  }

  private final String file;
  private final PortPlan plan;
  private final SnapshotCell cell;
  private final Fit fit;
  private final EventLog log;

  /**
   * @param file as it was given: {@code -} can't be read again
   */
  public Reloads(String file, PortPlan plan, SnapshotCell cell, Fit fit, EventLog log) {
    this.file = file;
    this.plan = plan;
    this.cell = cell;
    this.fit = fit;
    this.log = log;
  }

  /** The first snapshot of a VPC. */
  public static Snapshot first(Vpc vpc, PortPlan plan) {
    return Snapshot.compile(plan.applyTo(vpc), 1, Optional.empty());
  }

  /**
   * Reloads.
   *
   * @param cause who asked for it, for the log
   */
  public synchronized Result reload(String cause) {
    long start = System.nanoTime();
    log.reopen();
    Snapshot before = cell.getAcquire();
    try {
      if (file.equals(VpcFile.STDIN)) {
        throw new IllegalArgumentException("the VPC came by stdin, which can't be read again");
      }
      Vpc vpc = fit.fit(VpcFile.read(Path.of(file)), before.vpc());
      plan.requireFits(vpc);
      Snapshot next = before.successor(plan.applyTo(vpc), Optional.empty());
      cell.publish(next);
      double seconds = (System.nanoTime() - start) / 1e9;
      log.write(
          "reload", "cause", cause, "file", file, "generation", next.generation(), "s", seconds);
      return new Result(true, next.generation(), seconds, List.of());
    } catch (ConfigException e) {
      return refused(cause, before, start, e.problems().stream().map(Object::toString).toList());
    } catch (IllegalArgumentException e) {
      return refused(cause, before, start, List.of(e.getMessage()));
    }
  }

  private Result refused(String cause, Snapshot stays, long start, List<String> problems) {
    for (String problem : problems) {
      log.write(
          "refused",
          "cause",
          cause,
          "file",
          file,
          "generation",
          stays.generation(),
          "problem",
          problem);
    }
    return new Result(false, stays.generation(), (System.nanoTime() - start) / 1e9, problems);
  }
}
