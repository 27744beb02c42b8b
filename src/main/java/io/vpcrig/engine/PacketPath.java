package io.vpcrig.engine;

import io.vpcrig.balance.BalanceState;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.nat.RewriteStage;
import io.vpcrig.service.CutStage;
import io.vpcrig.session.ConnectionTracker;
import io.vpcrig.session.FragmentStage;
import io.vpcrig.session.FragmentTable;
import io.vpcrig.session.RelatedStage;
import io.vpcrig.session.SessionListener;
import io.vpcrig.session.SessionStage;
import io.vpcrig.session.SessionTable;
import io.vpcrig.session.Timeouts;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.tunnel.DecapStage;
import io.vpcrig.tunnel.EncapStage;
import io.vpcrig.tunnel.Headers;
import java.util.Arrays;
import java.util.List;

/**
 * The way of a frame through the router, as one list. This is the first file to read.
 *
 * <p>One path belongs to one worker, with the worker's sessions, fragments and counters. Most
 * frames are decided by {@link SessionStage} from what the first packet of their connection left
 * there; {@link FirstPacket} holds the policy. Thread: one worker; in the staged pipeline each of
 * the three phases has a thread of its own, and nothing but the batch passes between them.
 */
public final class PacketPath implements AutoCloseable {
  private static final int TRACE_RECORDS = 1 << 10;

  /** Behind each stage, by its name; before the first. */
  private static final List<String> PLACES =
      List.of(
          PathTap.IN,
          "decap",
          "fragment",
          "session",
          "first-packet",
          "mtu-gate",
          "related",
          "plain-egress",
          "rewrite",
          "cut",
          "encap",
          PathTap.OUT);

  /** Sessions whose counts are taken at once: 45 to 63 µs if the caches are warm, 230 if not. */
  private static final int COUNTED_AT_ONCE = 8192;

  private final PathOptions options;
  private final FragmentTable fragments = new FragmentTable();
  private final Headers headers = new Headers();
  private final RuleCounters hits = new RuleCounters(0);
  private final SessionTable sessions;
  private final ConnectionTracker tracker;
  private final BalanceState balances;
  private final Routing routing = new Routing();
  private final SessionTable.CountTaker countTaker = this::countHits;
  private final TraceRing[] traces = {
    new TraceRing(TRACE_RECORDS), new TraceRing(TRACE_RECORDS), new TraceRing(TRACE_RECORDS)
  };
  private final Phase ingress = new Phase(traces[0]);
  private final Phase policy = new Phase(traces[1]);
  private final Phase egress = new Phase(traces[2]);

  private long bytes;
  private volatile long tracedFrame;
  private volatile boolean countsWanted;
  private int nextCounted;
  private StageTimes times;
  private PathTap tap;
  private SessionWatch watch = SessionWatch.NONE;
  private boolean bytesWanted = true;
  private OwnConnections own = OwnConnections.NONE;
  private SessionListener ends = SessionListener.NONE;
  private int lastTrace;

  public PacketPath(PathOptions options) {
    this.options = options;
    this.sessions = new SessionTable(options.sessions(), this::sessionClosed);
    this.sessions.learnMacs(options.learnsMacs());
    this.tracker = new ConnectionTracker(sessions, Timeouts.LINUX);
    this.balances = new BalanceState(sessions::expiresNs);
  }

  /** Places between stages where frames can be looked at, in the order of the way. */
  public static List<String> places() {
    return PLACES;
  }

  /** The way, in order. Phases are where the staged pipeline cuts it. */
  private List<List<Stage>> way(Snapshot snapshot) {
    SessionStage lookup = new SessionStage(tracker, routing);
    return List.of(
        List.of(decap(snapshot, options)), // what it is, and which segment it came by
        List.of(
            new FragmentStage(fragments), // only whole datagrams go on
            lookup, // known connections, and errors about them
            new FirstPacket(snapshot, tracker, lookup, hits, balances, own), // all others
            new MtuGate(snapshot), // what is too long for where it leaves
            new RelatedStage(sessions)), // what errors quote
        List.of(
            bytesWanted // all that follows, for plain frames
                ? new PlainEgress(headers, snapshot.segments())
                : new PlainVerdict(),
            new RewriteStage(options.repairChecksums()), // addresses, ports, TTL, checksums
            new CutStage(snapshot.mtus()::of), // fragments of what is too long
            new EncapStage(headers, snapshot.segments()), // tags and tunnels of where it leaves
            new FinishStage()));
  }

  static DecapStage decap(Snapshot snapshot, PathOptions options) {
    return new DecapStage(
        snapshot.segments(),
        options.repairChecksums() ? ChecksumPolicy.REPAIR : ChecksumPolicy.VERIFY);
  }

  /** Takes a batch all the way: afterwards every frame in it has its verdict. */
  public void process(FrameBatch batch, Snapshot snapshot) {
    ingress(batch, snapshot);
    policy(batch, snapshot);
    egress(batch, snapshot);
  }

  /** The first phase: what the frames are. */
  void ingress(FrameBatch batch, Snapshot snapshot) {
    batch.startAll();
    Arrays.fill(batch.generation, 0, batch.size, snapshot.generation());
    for (int i = 0; i < batch.size; i++) {
      bytes += batch.length[i];
    }
    if (tracedFrame != 0) {
      mark(batch);
    }
    if (tap != null) {
      tap.enter(batch, snapshot, this);
    }
    batch.timed = tap == null && times != null && times.begin(batch.size);
    ingress.run(batch, snapshot, 0);
  }

  /** The second phase: what becomes of them. */
  void policy(FrameBatch batch, Snapshot snapshot) {
    hits.ensure(snapshot.acls().rules().ruleCount());
    Timeouts timeouts = snapshot.timeouts();
    tracker.use(timeouts);
    balances.keep(timeouts.longestUnansweredNs(), timeouts.shortestNs());
    balances.adopt(snapshot.balance());
    if (routing.follow(snapshot)) {
      sessions.reroute(routing);
      fragments.renumber(routing);
    }
    if (countsWanted) {
      countsWanted = false;
      nextCounted = sessions.takeCounts(nextCounted, COUNTED_AT_ONCE, countTaker);
    }
    policy.run(batch, snapshot, 1);
    if (batch.size > 0) {
      watch.look(batch.timestampNs[batch.size - 1], sessions);
    }
  }

  /** The third phase: how they leave. */
  void egress(FrameBatch batch, Snapshot snapshot) {
    egress.run(batch, snapshot, 2);
    if (tap != null) {
      tap.leave(batch, this);
    }
  }

  /** Traces the frame of this number; 0 traces none. Any thread, before the frame is read. */
  public void trace(long frameNumber) {
    tracedFrame = frameNumber;
  }

  /**
   * Measures the stages from the next batch on; null: no longer. The thread of the first phase, or
   * before it has one.
   */
  public void time(StageTimes newTimes) {
    times = newTimes;
  }

  /**
   * Spares the writing of what nobody will read: frames are decided as ever, but the bytes of plain
   * ones stay as they came. Before the first batch.
   */
  public void decideOnly() {
    bytesWanted = false;
  }

  /**
   * Brings {@link #hits} nearer to the present: before the next batch, what some thousands of open
   * sessions counted is added, of others each time. Any thread.
   */
  public void wantCounts() {
    countsWanted = true;
  }

  /** Has the sessions looked at after each batch. Before the first. */
  public void watch(SessionWatch newWatch) {
    watch = newWatch;
  }

  /** Lets in what belongs to connections of the router's own programs. Before the first batch. */
  public void serve(OwnConnections connections) {
    own = connections;
  }

  /** Tells of each session that ends. Before the first batch. */
  public void listen(SessionListener newEnds) {
    ends = newEnds;
  }

  /**
   * Shows frames to {@code newTap} from the next batch on; null: to nobody any more. While there is
   * one, stages are not measured. The path's own thread; not in the staged pipeline.
   */
  public void tap(PathTap newTap) {
    tap = newTap;
  }

  /** A number for a frame that is to be traced, for the batch's column. The path's own thread. */
  int newTrace() {
    return ++lastTrace;
  }

  /** Hands over what was traced under a number, in the order of the way, if it was not long ago. */
  void readTrace(int trace, TraceRing.Reader reader) {
    for (TraceRing ring : traces) {
      ring.read(trace, reader);
    }
  }

  /** Hands over what was traced last, in the order of the way. After the frame went through. */
  public void readTrace(TraceRing.Reader reader) {
    for (TraceRing trace : traces) {
      trace.read(lastTrace, reader);
    }
  }

  /** Octets of the frames that came in, as captured. */
  public long bytes() {
    return bytes;
  }

  /** Packets and bytes by rule. Complete after {@link #drain}; see {@link #wantCounts}. */
  public RuleCounters hits() {
    return hits;
  }

  public SessionTable sessions() {
    return sessions;
  }

  /** What it counted; complete when no frame is under way. */
  public ConnectionTracker tracker() {
    return tracker;
  }

  /** Ends all sessions, so that what they counted is in {@link #hits}. */
  public void drain() {
    sessions.drain();
  }

  @Override
  public void close() {
    sessions.close();
    fragments.close();
    headers.close();
  }

  private void sessionClosed(SessionTable table, int number) {
    ends.closed(table, number);
    balances.closed(number);
    countHits(table, number);
  }

  private void countHits(SessionTable table, int number) {
    long packets = table.packets(number, 0) + table.packets(number, 1);
    long octets = table.bytes(number, 0) + table.bytes(number, 1);
    hits.add(table.egressRule(number), packets, octets);
    hits.add(table.ingressRule(number), packets, octets);
  }

  private void mark(FrameBatch batch) {
    for (int i = 0; i < batch.size; i++) {
      batch.trace[i] = batch.number[i] == tracedFrame ? ++lastTrace : 0;
    }
  }

  /** A run of stages with its own context; made anew for each snapshot. */
  private final class Phase {
    private final StageContext context;
    private Snapshot made;
    private Stage[] stages;
    private String[] places;

    Phase(TraceRing trace) {
      context = new StageContext(trace);
    }

    // Two snapshots are never compared by what is in them.
    @SuppressWarnings("ReferenceEquality")
    void run(FrameBatch batch, Snapshot snapshot, int phase) {
      if (snapshot != made) {
        made = snapshot;
        stages = way(snapshot).get(phase).toArray(Stage[]::new);
        places = Arrays.stream(stages).map(PacketPath::place).toArray(String[]::new);
      }
      if (tap != null) {
        runTapped(batch);
        return;
      }
      if (batch.timed) {
        times.run(stages, batch, context);
        return;
      }
      for (Stage stage : stages) {
        stage.process(batch, context);
        batch.keepPending();
      }
    }

    private void runTapped(FrameBatch batch) {
      for (int k = 0; k < stages.length; k++) {
        tap.before(batch);
        stages[k].process(batch, context);
        batch.keepPending();
        tap.after(places[k], batch);
      }
    }
  }

  private static String place(Stage stage) {
    String name = StageTimes.name(stage.getClass()).replace(' ', '-');
    return name.equals("finish") ? PathTap.OUT : name;
  }
}
