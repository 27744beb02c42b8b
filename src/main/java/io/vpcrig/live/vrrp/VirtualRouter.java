package io.vpcrig.live.vrrp;

import io.vpcrig.model.Redundancy;

/**
 * Whether this router works or stands by: the state machine of RFC 5798 6.4, and of RFC 3768 6.4
 * where it differs.
 *
 * <pre>
 *   INITIALIZE -start-> BACKUP -nothing heard for {@link #masterDownNs}-> MASTER
 *              \-start, priority 255-> MASTER          <-better one heard-/
 * </pre>
 *
 * <pre>
 *                          version 2                     version 3
 *   interval               ours, and theirs is the same  the master's, as it says
 *   skew                   (256 - priority) / 256 s      (256 - priority) / 256 of the interval
 *   nothing heard for      3 intervals and the skew      the same
 *   after priority 0       the skew                      the same
 * </pre>
 *
 * As keepalived does, a master that hears a worse one says at once that it is there, so that two of
 * them become one within a message, and mends where its addresses are found. The worse one
 * advertises once more before it gives way, since it may be the only one that heard the other.
 * Equal priorities: the higher address wins.
 *
 * <p>Time is the caller's, nanoseconds of any epoch that don't wrap. Thread: one. Does not
 * allocate.
 */
public final class VirtualRouter {
  /** {@link #deadlineNs}: nothing is to be done. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long CENTISECOND_NS = 10_000_000L;
  private static final int STOPPING = 0;
  private static final int PRIORITIES = 256;

  /** The states' names are the RFC's. */
  public enum State {
    INITIALIZE,
    BACKUP,
    MASTER
  }

  /** Does what the state machine says. */
  public interface Actions {
    /** Sends an advertisement. */
    void advertise(int priority);

    /** From now on this router works: its addresses have to be found here. */
    void becomeMaster();

    /** From now on this router does not work. */
    void becomeBackup();

    /** Another router worked beside this one: where the addresses are found has to be mended. */
    void mend();
  }

  private final Redundancy settings;
  private final int own;
  private final Actions actions;
  private State state = State.INITIALIZE;
  private long masterIntervalNs;
  private long deadlineNs = NEVER;
  private boolean held;

  /** When a worse router was first heard to work, without a better one since; NEVER if none is. */
  private long worseSinceNs = NEVER;

  /**
   * @param own this router's own address
   */
  public VirtualRouter(Redundancy settings, int own, Actions actions) {
    this.settings = settings;
    this.own = own;
    this.actions = actions;
    masterIntervalNs = intervalNs();
  }

  private long intervalNs() {
    return settings.intervalCs() * CENTISECOND_NS;
  }

  /** How much later than others this router finds that nobody works, nanoseconds. */
  public long skewNs() {
    return (PRIORITIES - settings.priority())
        * (settings.version() == 2 ? SECOND_NS : masterIntervalNs)
        / PRIORITIES;
  }

  /** How long nothing is heard before this router works, nanoseconds. */
  public long masterDownNs() {
    return 3 * masterIntervalNs + skewNs();
  }

  public State state() {
    return state;
  }

  public boolean isMaster() {
    return state == State.MASTER;
  }

  /** When {@link #tick} has something to do. */
  public long deadlineNs() {
    return deadlineNs;
  }

  /**
   * While held, it does not take over from a router that works, however low its priority: for as
   * long as it does not know the connections.
   */
  public void hold(boolean whether) {
    held = whether;
  }

  // --- events ---

  /** Begins. */
  public void start(long nowNs) {
    if (settings.priority() == Redundancy.OWNER) {
      work(nowNs);
    } else {
      standBy(nowNs);
    }
  }

  /** Ends; if it worked, others are told, so that they need not find out. */
  public void stop() {
    if (isMaster()) {
      actions.advertise(STOPPING);
      actions.becomeBackup();
    }
    state = State.INITIALIZE;
    deadlineNs = NEVER;
  }

  /** Time has passed. */
  public void tick(long nowNs) {
    if (nowNs < deadlineNs) {
      return;
    }
    if (state == State.BACKUP) {
      work(nowNs);
    } else {
      advertise(nowNs);
    }
  }

  /**
   * An advertisement came.
   *
   * @param priority 0..255
   * @param source its sender's own address
   * @param intervalCs centiseconds
   */
  public void hear(int priority, int source, int intervalCs, long nowNs) {
    switch (state) {
      case INITIALIZE -> {}
      case BACKUP -> hearAsBackup(priority, intervalCs, nowNs);
      case MASTER -> hearAsMaster(priority, source, intervalCs, nowNs);
    }
  }

  private void hearAsBackup(int priority, int intervalCs, long nowNs) {
    if (priority == STOPPING) {
      deadlineNs = nowNs + skewNs();
      return;
    }
    if (priority >= settings.priority()) {
      worseSinceNs = NEVER;
    } else if (worseSinceNs == NEVER) {
      worseSinceNs = nowNs;
    }
    if (priority >= settings.priority() || !mayPreempt(nowNs)) {
      follow(intervalCs, nowNs);
    }
  }

  private boolean mayPreempt(long nowNs) {
    boolean willing = settings.preempt() || settings.priority() == Redundancy.OWNER;
    return willing && !held && nowNs - worseSinceNs >= settings.preemptDelay().toNanos();
  }

  private void hearAsMaster(int priority, int source, int intervalCs, long nowNs) {
    if (priority == STOPPING) {
      advertise(nowNs);
    } else if (priority > settings.priority()
        || priority == settings.priority() && Integer.compareUnsigned(source, own) > 0) {
      actions.advertise(settings.priority());
      standBy(nowNs);
      follow(intervalCs, nowNs);
      actions.becomeBackup();
    } else {
      advertise(nowNs);
      actions.mend();
    }
  }

  private void follow(int intervalCs, long nowNs) {
    if (settings.version() == 3) {
      masterIntervalNs = intervalCs * CENTISECOND_NS;
    }
    deadlineNs = nowNs + masterDownNs();
  }

  private void standBy(long nowNs) {
    state = State.BACKUP;
    worseSinceNs = NEVER;
    masterIntervalNs = intervalNs();
    deadlineNs = nowNs + masterDownNs();
  }

  private void work(long nowNs) {
    state = State.MASTER;
    advertise(nowNs);
    actions.becomeMaster();
  }

  private void advertise(long nowNs) {
    actions.advertise(settings.priority());
    deadlineNs = nowNs + intervalNs();
  }
}
