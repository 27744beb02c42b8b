package io.vpcrig.live;

import io.vpcrig.engine.Accounting;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.PathTap;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.engine.Taps;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.OutputOrder;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Arp;
import io.vpcrig.io.live.LivePort;
import io.vpcrig.io.live.PortCounters;
import io.vpcrig.io.live.PortWait;
import io.vpcrig.io.live.UdpSocket;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.tunnel.SegmentTable;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The router on live interfaces: one thread that takes frames from the ports, through the way, and
 * back to the ports. Thread: {@link #run}'s; {@link #stop} any.
 */
public final class LiveRouter implements Duty.Router, AutoCloseable {
  private static final long TICK_NS = 200_000_000L;
  private static final long WAIT_NS = 100_000_000L;
  private static final int MOST_TAPS = 8;

  private final PortPlan plan;
  private final List<LivePort> ports;
  private final SnapshotCell snapshots;
  private final PacketPath path;
  private final Arrival arrival;
  private final Outbox out;
  private final Departure departure;
  private final LocalHost host;
  private final FrameBatch batch;
  private final OutputOrder order = new OutputOrder();
  private final Duty duty;
  private final long spinNs;
  private final long epochNs;
  private Snapshot taken;
  private Snapshot snapshot;
  private Accounting counts;
  private volatile Counted counted;
  private long ticked;
  private volatile List<PathTap> tapsWanted = List.of();
  private List<PathTap> taps = List.of();
  private final Queue<Integer> doubted = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  /**
   * @param ports open, in the order of {@link PortPlan#links}; closed with the router
   * @param snapshots compiled from {@link PortPlan#applyTo}
   * @param spinNs how long it looks for frames before it sleeps, which a frame then has to end; 0:
   *     not at all
   */
  public LiveRouter(
      PortPlan plan,
      List<LivePort> ports,
      SnapshotCell snapshots,
      PathOptions options,
      int batchSize,
      long spinNs) {
    this.plan = plan;
    this.ports = List.copyOf(ports);
    this.snapshots = snapshots;
    this.spinNs = spinNs;
    path = new PacketPath(options.withoutLearnedMacs());
    out = new Outbox(this.ports);
    departure = new Departure(out, plan);
    host = new LocalHost(departure.own(), new SecureRandom());
    path.serve(host.connections());
    arrival = new Arrival(plan, departure.underlay());
    batch = new FrameBatch(batchSize);
    duty = new Duty(snapshots.getAcquire().vpc().redundancy(), path, this);
    epochNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
    Snapshot first = snapshots.getAcquire();
    counts = new Accounting(first.segments().size());
    counted = new Counted(first, counts);
  }

  /**
   * What became of the frames, and what the numbers of segments in it mean.
   *
   * @param counts any thread may read them, each as it was a moment ago
   */
  public record Counted(Snapshot snapshot, Accounting counts) {}

  /** Keeps the sessions of the other router's table, and tells it of ours. Before {@link #run}. */
  public void synchronise(UdpSocket wire) {
    duty.synchronise(wire);
  }

  /** Routes until {@link #stop}. */
  public void run() throws IOException {
    try (PortWait wait = new PortWait(ports, duty.files())) {
      long quietSince = System.nanoTime();
      follow();
      duty.start(epochNs + quietSince);
      while (!stopped) {
        long now = System.nanoTime();
        follow();
        boolean any = round(epochNs + now);
        tick(epochNs + now);
        if (any) {
          quietSince = now;
        } else if (now - quietSince >= spinNs) {
          wait.awaitNs(Math.clamp(duty.deadlineNs() - epochNs - System.nanoTime(), 0, WAIT_NS));
        }
      }
      duty.stop();
      out.flush();
    }
  }

  /** What is due when it is that late and all frames until then were looked at. */
  private void tick(long nowNs) throws IOException {
    departure.now(nowNs);
    duty.tick(nowNs);
    if (nowNs - ticked >= TICK_NS) {
      ticked = nowNs;
      for (Integer port = doubted.poll(); port != null; port = doubted.poll()) {
        departure.doubt(port);
      }
      departure.neighbours().tick(nowNs);
      if (duty.works()) {
        host.now(nowNs);
        host.tick();
      }
      rest();
    }
    out.flush();
  }

  /** Ends {@link #run} after the frames at hand. */
  public void stop() {
    stopped = true;
  }

  /**
   * Shows a tap the frames from now on. Any thread.
   *
   * @throws IllegalArgumentException with a sentence, if there are {@link #MOST_TAPS} already
   */
  public synchronized void add(PathTap tap) {
    if (tapsWanted.size() == MOST_TAPS) {
      throw new IllegalArgumentException(MOST_TAPS + " taps and traces at once are the most");
    }
    List<PathTap> more = new ArrayList<>(tapsWanted);
    more.add(tap);
    tapsWanted = List.copyOf(more);
  }

  /** Soon shows the tap no more frames; one batch may be under way. Any thread. */
  public synchronized void remove(PathTap tap) {
    tapsWanted = tapsWanted.stream().filter(other -> !other.equals(tap)).toList();
  }

  /** A port's link was down: soon asks anew for the neighbours behind it. Any thread. */
  public void linkWasDown(int port) {
    doubted.add(port);
  }

  /** Whether any port had frames. */
  private boolean round(long nowNs) throws IOException {
    boolean any = false;
    for (int p = 0; p < ports.size(); p++) {
      batch.clear();
      if (ports.get(p).receive(batch, p, plan.accessTag(p), nowNs) == 0) {
        continue;
      }
      any = true;
      departure.now(nowNs);
      host.now(nowNs);
      duty.sift(batch, p, nowNs);
      arrival.sift(batch, 0, p);
      path.process(batch, snapshot);
      duty.look(batch, nowNs);
      finish(nowNs);
      out.flush();
    }
    return any;
  }

  /** What the way does by the way, also when no frames come: sessions tell what they counted. */
  private void rest() {
    batch.clear();
    path.process(batch, snapshot);
  }

  private void finish(long nowNs) {
    order.over(batch);
    while (order.nextFrame()) {
      for (int i = order.next(); i != FrameBatch.NONE; i = order.next()) {
        counts.write(batch, i);
        byte verdict = batch.verdict[i];
        if (verdict == Verdict.FORWARD || verdict == Verdict.ORIGINATED) {
          departure.send(batch, i);
        } else if (verdict == Verdict.LOCAL) {
          host.receive(batch, i);
        }
        if (i < batch.capacity) {
          learn(i, nowNs);
        }
      }
    }
  }

  /** What a frame says of its neighbourhood. */
  private void learn(int i, long nowNs) {
    int segment = batch.segment[i];
    if (segment == SegmentTable.NONE) {
      return;
    }
    SegmentTable table = snapshot.segments();
    if (table.encapsulation(segment) == SegmentTable.VXLAN) {
      batch.spread(i);
      if (batch.remoteEndpoint[i] != 0) {
        departure
            .tunnels()
            .endpoints()
            .learn(segment, batch.sourceMac[i], batch.remoteEndpoint[i], nowNs);
      }
    }
    if (batch.plain[i] != 0 || batch.family[i] != 0 || batch.l3[i] == FrameBatch.NONE) {
      return;
    }
    int reason = batch.reason[i];
    boolean toUs = reason == Reason.LOCAL_ARP.number();
    if (toUs || reason == Reason.ARP_NOT_OURS.number() || reason == Reason.SWITCHED.number()) {
      int sender = Arp.senderAddress(batch.bytes, batch.l3[i]);
      if (table.contains(segment, sender) && !table.isOwn(sender)) {
        departure
            .neighbours()
            .learn(segment, sender, Arp.senderMac(batch.bytes, batch.l3[i]), toUs, nowNs);
      }
    }
  }

  /** Takes up the snapshot and the taps of the day. */
  // The same snapshot and list, not equal ones.
  @SuppressWarnings("ReferenceEquality")
  private void follow() {
    if (taps != tapsWanted) {
      taps = tapsWanted;
      path.tap(taps.isEmpty() ? null : new Taps(taps));
    }
    Snapshot published = snapshots.getAcquire();
    if (published == taken) {
      return;
    }
    taken = published;
    int[] portMtus = ports.stream().mapToInt(LivePort::mtu).toArray();
    Snapshot next = published.withMtus(plan.mtus(published.vpc(), portMtus));
    Snapshot before = snapshot;
    if (before != null) {
      SegmentMoves moves = new SegmentMoves(snapshot.segments(), next.segments());
      if (moves.any()) {
        counts = counts.renumbered(next.segments().size(), moves::of);
      }
    }
    snapshot = next;
    counted = new Counted(next, counts);
    arrival.use(next);
    departure.use(next);
    host.use(next);
    duty.use(next, plan, departure.own());
    if (before != null && duty.works() && !addresses(before).containsAll(addresses(next))) {
      announce();
    }
  }

  /** Addresses that the router answers for. */
  private static Set<Integer> addresses(Snapshot snapshot) {
    Set<Integer> all = new HashSet<>(snapshot.vpc().publicAddresses());
    all.addAll(snapshot.vpc().virtualAddresses().keySet());
    for (int s = 0; s < snapshot.segments().size(); s++) {
      all.add(snapshot.segments().routerAddress(s));
    }
    return all;
  }

  /** Gratuitous ARP for every address of the router. */
  @Override
  public void announce() {
    SegmentTable table = snapshot.segments();
    for (int s = 0; s < table.size(); s++) {
      departure.arp().announce(s, table.routerAddress(s));
      for (int address : snapshot.vpc().publicAddresses()) {
        if (address != table.routerAddress(s) && snapshot.router().isAtHome(s, address)) {
          departure.arp().announce(s, address);
        }
      }
    }
    snapshot
        .vpc()
        .virtualAddresses()
        .forEach(
            (address, tier) ->
                departure.arp().announce(snapshot.vpc().segmentIndex(tier), address));
    if (table.hasVxlan()) {
      departure.underlay().announce();
    }
  }

  @Override
  public void giveWay() {
    departure.neighbours().clear();
    host.giveWay();
  }

  /** Whether this router works, alone or as one of two. Any thread. */
  public boolean works() {
    return duty.works();
  }

  /** This router as one of two. */
  public Duty duty() {
    return duty;
  }

  /** What became of the frames. Any thread. */
  public Counted counted() {
    return counted;
  }

  /** What came by each port, in their order. Any thread. */
  public List<PortCounters> portCounters() {
    return ports.stream().map(LivePort::counters).toList();
  }

  /** Neighbours known or asked for. Any thread. */
  public int neighbours() {
    return departure.neighbours().size();
  }

  /** Frames given up while they waited for a neighbour. Any thread. */
  public long lostWaiting() {
    return departure.neighbours().lostFrames();
  }

  /** Frames that would leave by a segment without a port. Any thread. */
  public long unported() {
    return departure.unported();
  }

  /** Frames of others that came by. Any thread. */
  public long foreign() {
    return arrival.foreign();
  }

  public PacketPath path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    for (LivePort port : ports) {
      port.close();
    }
    duty.close();
    path.close();
    departure.close();
    out.close();
    batch.close();
  }
}
