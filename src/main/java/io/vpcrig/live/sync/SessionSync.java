package io.vpcrig.live.sync;

import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.session.SessionTable;
import io.vpcrig.tunnel.SegmentTable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One router's half of the synchronisation.
 *
 * <pre>
 *   works      tells of changes, and of all sessions if asked
 *   stands by  takes what the other tells, and wants all: after its start, after the other's start,
 *              after a gap, and after it worked itself
 * </pre>
 *
 * Who worked and gives way offers its own sessions first, for the other may have worked beside it.
 *
 * <p>Thread: the worker's. Does not allocate after construction.
 */
public final class SessionSync implements SyncStream.User {
  /** A router that stands by has no batches, at which sessions end otherwise. */
  private static final int EXPIRED_AT_ONCE = 1024;

  private final SessionTable sessions;
  private final SyncStream stream;
  private final SessionTeller teller;
  private final SessionTaker taker;
  private boolean works;
  private boolean wants = true;
  private boolean offers;
  private boolean offered;
  private boolean tookUp;
  private int segments;
  private int generation;
  private int fingerprint;
  private long nowNs;

  /**
   * @param id as for {@link SyncStream}
   */
  public SessionSync(SessionTable sessions, Datagrams wire, long id) {
    this.sessions = sessions;
    stream = new SyncStream(wire, this, id);
    teller = new SessionTeller(sessions, stream);
    taker = new SessionTaker(sessions);
  }

  /** Goes by a snapshot from now on. */
  public void use(Snapshot snapshot) {
    SegmentTable table = snapshot.segments();
    segments = table.size();
    generation = snapshot.generation();
    int hash = 1;
    for (int s = 0; s < segments; s++) {
      hash = 31 * hash + table.name(s).hashCode();
    }
    fingerprint = hash;
  }

  // --- what the router does ---

  /** This router works from now on. */
  public void takeOver(long now) {
    nowNs = now;
    works = true;
    wants = false;
    offers = false;
    stream.greet();
  }

  /** This router stands by from now on. */
  public void giveWay(long now) {
    nowNs = now;
    works = false;
    teller.forget();
    taker.lose();
    offers = true;
    offered = false;
    wants = false;
    stream.greet();
  }

  /** A batch went through the way. */
  public void look(FrameBatch batch, long now) {
    nowNs = now;
    if (works && stream.isHeard()) {
      teller.look(batch, now);
      stream.flush();
    }
  }

  /** A session ends. */
  public void ended(int number) {
    taker.ended(number);
    if (works) {
      teller.ended(number);
    }
  }

  /** Takes what came, sends what is due. */
  public void poll(long now) throws IOException {
    nowNs = now;
    if (!works) {
      sessions.expire(now, EXPIRED_AT_ONCE);
    }
    stream.poll(now);
    if (offers) {
      offer();
    }
    teller.goOn(now);
    stream.flush();
  }

  private void offer() {
    if (!stream.isHeard()) {
      offered = false; // Nobody to offer them to, or no more.
    } else if (!offered) {
      offered = true;
      teller.tellAll();
    } else if (!teller.isTellingAll() && stream.isDelivered()) {
      offers = false;
    }
    if (!offers) {
      teller.forget();
      wants = true;
      stream.greet();
    }
  }

  /** When {@link #poll} has something to do even if nothing comes. */
  public long deadlineNs() {
    return teller.isTellingAll() && stream.hasRoom() ? nowNs : stream.deadlineNs();
  }

  /**
   * Whether the other router has sessions that this one doesn't know: it should not take over from
   * it yet.
   */
  public boolean isBehind() {
    return !works && stream.isHeard() && !taker.isWhole();
  }

  // --- what the stream asks and tells ---

  @Override
  public boolean works() {
    return works;
  }

  @Override
  public boolean wantsAll() {
    return wants && !taker.isInAccount();
  }

  @Override
  public int fingerprint() {
    return fingerprint;
  }

  @Override
  public void all() {
    if (works && !teller.isTellingAll()) {
      teller.tellAll();
    }
  }

  @Override
  public void gap() {
    taker.lose();
    wants = !works && !offers;
  }

  @Override
  public void back() {
    if (works) {
      teller.forget();
      teller.tellAll();
    }
  }

  @Override
  public void peerWorks(boolean itWorks) {
    if (itWorks && !works) {
      gap();
      stream.greet();
    }
  }

  @Override
  public void take(ByteBuffer from, int count, boolean sameNumbers) {
    taker.take(from, count, nowNs, sameNumbers ? segments : 0, generation, works, offers);
    if (taker.isWhole() && wants) {
      wants = false;
      tookUp = true;
    }
  }

  // --- counts ---

  /** Whether all sessions of the other router were once taken. */
  public boolean hasTakenAll() {
    return tookUp;
  }

  public SyncStream stream() {
    return stream;
  }

  /** Sessions and ends told to the other router. */
  public long told() {
    return teller.changes();
  }

  /** Sessions and ends taken from the other router. */
  public long taken() {
    return taker.taken();
  }

  /** Sessions of the other router that could not be taken. */
  public long refused() {
    return taker.refused();
  }
}
