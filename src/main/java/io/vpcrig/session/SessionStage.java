package io.vpcrig.session;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceStep;

/**
 * Gives each live frame its session, if it has one, and with it everything the first packet
 * decided.
 *
 * <p>Reads the columns of decap. Writes {@code session}, {@code direction} and {@code outSegment}
 * of every live frame: NONE, 0 and NONE on a miss. Of a hit also {@code newSource}, {@code
 * newDestination} and {@code newPorts}; and if it can go on, {@code outSegment}, the next hop,
 * {@code list}, {@code rule}, {@code generation}, and {@code reason} as ESTABLISHED or RELATED,
 * with the verdict still pending. A hit whose {@code outSegment} stays NONE must not be forwarded:
 * its TTL runs out here, or, if {@code reason} is ROUTE_NONE, no route leads on any more. Drops a
 * TCP segment that does not fit its session's state.
 *
 * <p>What a frame meets never depends on where batches begin and end. Frames are applied in order
 * up to the first that has no session; it is left, and so is every later frame that what becomes of
 * it may concern. Whoever decides it goes on with {@link #retry}, one by one. Not concerned, and
 * applied at once, are {@link PlainHits} of sessions of which no frame was left, as long as no
 * session may have to give way.
 *
 * <p>On a hit the session's state and time-out move on, the frame is counted if it goes on, and
 * source MAC and tunnel endpoint become the way on for the other direction, if it leaves by the
 * segment this frame came from. An ICMP error about a session is counted but leaves state and
 * time-out alone; {@link RelatedStage} translates what it quotes.
 */
public final class SessionStage implements Stage {
  /** Sessions looked at for ending, per live frame: keeps up with any rate of creation. */
  private static final int EXPIRE_PER_FRAME = 2;

  private static final int EXPIRE_AT_LEAST = 64;

  private final SessionTable table;
  private final ConnectionTracker tracker;
  private final Ways ways;
  private final SessionProbe probe = new SessionProbe();
  private final PlainHits plain;
  private final HeldSessions held = new HeldSessions();
  private long sinceNs;

  /** For sessions whose next hops are set by hand. */
  public SessionStage(ConnectionTracker tracker) {
    this(tracker, Ways.NONE);
  }

  /**
   * @param ways by which sessions go on whose ways were found before routes changed
   */
  public SessionStage(ConnectionTracker tracker, Ways ways) {
    this.ways = ways;
    this.table = tracker.table();
    this.tracker = tracker;
    this.plain = new PlainHits(tracker);
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    int count = batch.liveCount;
    if (count == 0) {
      return;
    }
    table.expire(batch.timestampNs[batch.live[0]], EXPIRE_AT_LEAST + EXPIRE_PER_FRAME * count);
    probe.probe(table, batch);
    held.clear();
    sinceNs = Long.MIN_VALUE;
    int spare = table.capacity() - table.size();
    int left = 0;
    int k = 0;
    while (true) {
      k = plain.pass(batch, probe.hints(), held, k, count, sinceNs);
      if (k == count) {
        break;
      }
      int i = batch.live[k];
      batch.spread(i);
      int entry = batch.family[i] == 4 ? confirm(batch, i, k) : SessionTable.NONE;
      if (left != 0 || batch.family[i] != 4 || !found(batch, i, entry, context)) {
        miss(batch, i);
        left += batch.family[i] == 4 ? 1 : 0;
        if (left > spare || !leave(batch, i, entry)) {
          break;
        }
      }
      k++;
    }
    for (; k < count; k++) {
      miss(batch, batch.live[k]);
    }
    if (sinceNs != Long.MIN_VALUE) {
      probe.touchAnswers(table, batch);
    }
    batch.keepPending();
  }

  private int confirm(FrameBatch batch, int i, int k) {
    return table.confirm(
        probe.hint(k),
        batch.sourceAddress[i],
        batch.destinationAddress[i],
        batch.ports[i],
        batch.protocol[i],
        batch.timestampNs[i]);
  }

  /** Notes whom a frame that is left may concern; false if that can't be told. */
  private boolean leave(FrameBatch batch, int i, int entry) {
    sinceNs = Math.max(sinceNs, batch.timestampNs[i]);
    return !isIcmpError(batch, i) && (entry == SessionTable.NONE || held.add(entry >>> 1));
  }

  /**
   * Looks up one frame that {@link #process} left without a session, when all frames before it have
   * been decided. Writes the same columns.
   *
   * @return whether there is a session; the frame may have been dropped then
   */
  public boolean retry(FrameBatch batch, int i, StageContext context) {
    int entry =
        table.find(
            batch.sourceAddress[i],
            batch.destinationAddress[i],
            batch.ports[i],
            batch.protocol[i],
            batch.timestampNs[i]);
    if (found(batch, i, entry, context)) {
      return true;
    }
    context.trace(batch, i, TraceStep.SESSION_MISS, 0, 0, 0, 0);
    return false;
  }

  /** Applies the session of an entry, or of what an ICMP error quotes; false if there is none. */
  private boolean found(FrameBatch batch, int i, int entry, StageContext context) {
    if (entry == SessionTable.NONE) {
      return related(batch, i, context);
    }
    if (track(batch, i, entry) == ConnectionTracker.RESTART) {
      return false;
    }
    hit(batch, i, entry, context);
    learn(batch, i, entry);
    int number = entry >>> 1;
    int direction = entry & 1;
    batch.newSource[i] = table.newSource(number, direction);
    batch.newDestination[i] = table.newDestination(number, direction);
    batch.newPorts[i] = table.newPorts(number, direction);
    goOn(batch, i, number, direction, Reason.ESTABLISHED);
    return true;
  }

  /** Later fragments of a datagram are no segments of their own. */
  private int track(FrameBatch batch, int i, int entry) {
    if ((batch.fragment[i] & Ipv4.FRAGMENT_OFFSET_MASK) != 0) {
      return tracker.trackFragment(entry >>> 1, entry & 1, batch.tcpFlags[i]);
    }
    return tracker.track(entry >>> 1, entry & 1, batch.tcpFlags[i], batch.timestampNs[i]);
  }

  private static void miss(FrameBatch batch, int i) {
    batch.spread(i);
    batch.session[i] = FrameBatch.NONE;
    batch.direction[i] = 0;
    batch.outSegment[i] = FrameBatch.NONE;
  }

  private void hit(FrameBatch batch, int i, int entry, StageContext context) {
    int number = entry >>> 1;
    batch.session[i] = number;
    batch.direction[i] = entry & 1;
    batch.outSegment[i] = FrameBatch.NONE;
    if (table.lacksWay(number)) {
      table.findWays(number, ways);
    }
    context.trace(batch, i, TraceStep.SESSION_HIT, number, entry & 1, table.state(number), 0);
  }

  /** Lets the frame go on and counts it, unless its TTL ends here or no route leads on. */
  private void goOn(FrameBatch batch, int i, int number, int direction, Reason reason) {
    int segment = table.outSegment(number, direction);
    if (segment == FrameBatch.NONE) {
      batch.reason[i] = Reason.ROUTE_NONE.number();
      return;
    }
    if (Ipv4.ttl(batch.bytes, batch.l3[i]) <= 1) {
      return;
    }
    batch.outSegment[i] = segment;
    batch.nextHopMac[i] = table.nextHopMac(number, direction);
    batch.nextHopEndpoint[i] = table.nextHopEndpoint(number, direction);
    batch.list[i] = table.list(number);
    batch.rule[i] = table.rule(number);
    batch.generation[i] = table.generation(number);
    batch.reason[i] = reason.number();
    table.count(number, direction, batch.l3End[i] - batch.l3[i]);
  }

  private void learn(FrameBatch batch, int i, int entry) {
    int number = entry >>> 1;
    int other = entry & 1 ^ 1;
    long mac = table.learnsMacs() ? batch.sourceMac[i] : table.nextHopMac(number, other);
    if (mac != 0 && table.outSegment(number, other) == batch.segment[i]) {
      int endpoint = batch.remoteEndpoint[i];
      if (table.nextHopMac(number, other) != mac
          || table.nextHopEndpoint(number, other) != endpoint) {
        table.setHop(number, other, batch.segment[i], mac, endpoint);
      }
    }
  }

  /** Whether frame {@code i} is an ICMP error about a session; if so its columns are written. */
  private boolean related(FrameBatch batch, int i, StageContext context) {
    if (!isIcmpError(batch, i)) {
      return false;
    }
    int end = Math.min(batch.l3End[i], batch.start[i] + batch.length[i]);
    int entry =
        RelatedIcmp.find(batch.bytes, batch.l3[i], batch.l4[i], end, table, batch.timestampNs[i]);
    if (entry == SessionTable.NONE) {
      return false;
    }
    if (RelatedIcmp.isRefused(batch.bytes, batch.l4[i], table, entry)) {
      miss(batch, i);
      context.drop(batch, i, Reason.ICMP_UNRELATED);
      return true;
    }
    int number = entry >>> 1;
    int direction = entry & 1;
    hit(batch, i, entry, context);
    batch.newSource[i] = RelatedIcmp.newSource(table, number, direction, batch.sourceAddress[i]);
    batch.newDestination[i] = table.newDestination(number, direction);
    batch.newPorts[i] = batch.ports[i];
    goOn(batch, i, number, direction, Reason.RELATED);
    return true;
  }

  private static boolean isIcmpError(FrameBatch batch, int i) {
    return batch.protocol[i] == Ipv4.ICMP
        && batch.family[i] == 4
        && batch.l4[i] != FrameBatch.NONE
        && !Ipv4.isFragment(batch.fragment[i])
        && Icmp.isError(Tuples.icmpType(batch.ports[i]));
  }
}
