package io.vpcrig.live;

import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.io.live.UdpSocket;
import io.vpcrig.live.sync.Datagrams;
import io.vpcrig.live.sync.SessionSync;
import io.vpcrig.model.Redundancy;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Whether the router works: always if it is alone; else as {@link Standby} says, with the sessions
 * of the other router at hand where they are synchronised.
 *
 * <p>Thread: the router's; {@link #works} and {@link #standby} any.
 */
public final class Duty implements Standby.Events {
  /** What the router does when that changes. */
  interface Router {
    /** Tells the neighbourhood that its addresses are here. */
    void announce();

    /** Forgets what it knew while it worked. */
    void giveWay();
  }

  private final Router router;
  private final PacketPath path;
  private final Standby standby;
  private SessionSync sync;
  private UdpSocket wire;
  private Consumer<Boolean> news = works -> {};
  private volatile boolean works;
  private long nowNs;

  Duty(Optional<Redundancy> redundancy, PacketPath path, Router router) {
    this.path = path;
    this.router = router;
    standby = redundancy.map(settings -> new Standby(settings, this)).orElse(null);
  }

  /** Synchronises sessions. Before {@link #start}; of a router that is one of two. */
  void synchronise(UdpSocket socket) {
    if (standby == null) {
      throw new IllegalStateException("a router that is alone has nobody to synchronise with");
    }
    wire = socket;
    sync =
        new SessionSync(
            path.sessions(),
            new Datagrams() {
              @Override
              public void send(byte[] from, int offset, int length) {
                wire.send(from, offset, length);
              }

              @Override
              public int receive(byte[] to) throws IOException {
                return wire.receive(to);
              }
            },
            new SecureRandom().nextLong() | 1);
    path.listen((table, number) -> sync.ended(number));
  }

  /** Tells whether the router works from now on, whenever that changes. Before {@link #start}. */
  public void onChange(Consumer<Boolean> newNews) {
    news = newNews;
  }

  /** Files that can wake the router. */
  int[] files() {
    return wire == null ? new int[0] : new int[] {wire.file()};
  }

  /** Goes by a snapshot from now on. */
  void use(Snapshot snapshot, PortPlan plan, OwnFrames frames) {
    if (standby != null) {
      standby.use(snapshot.vpc(), snapshot.segments(), plan, frames);
    }
    if (sync != null) {
      sync.use(snapshot);
    }
  }

  void start(long now) {
    nowNs = now;
    if (standby == null) {
      works = true;
      router.announce();
    } else {
      standby.start(now);
    }
  }

  /** Ends; another router takes over if there is one. */
  void stop() {
    if (standby != null) {
      standby.stop();
    }
  }

  /** Whether the router works. */
  public boolean works() {
    return works;
  }

  /** The router as one of two; empty if it is alone. */
  public Optional<Standby> standby() {
    return Optional.ofNullable(standby);
  }

  /** The synchronisation of its sessions, if there is one. */
  public Optional<SessionSync> sync() {
    return Optional.ofNullable(sync);
  }

  /** Time has passed, and what was received by then was looked at. */
  void tick(long now) throws IOException {
    nowNs = now;
    if (sync != null) {
      sync.poll(now);
      standby.hold(sync.isBehind());
    }
    if (standby != null) {
      standby.tick(now);
    }
  }

  /** When {@link #tick} has something to do. */
  long deadlineNs() {
    if (standby == null) {
      return Long.MAX_VALUE;
    }
    return sync == null ? standby.deadlineNs() : Math.min(standby.deadlineNs(), sync.deadlineNs());
  }

  /** Takes frames out of a batch that are none for the way. */
  void sift(FrameBatch batch, int port, long now) {
    if (standby != null) {
      nowNs = now;
      standby.sift(batch, 0, port, now);
    }
  }

  /** A batch went through the way. */
  void look(FrameBatch batch, long now) {
    if (sync != null && works) {
      sync.look(batch, now);
    }
  }

  @Override
  public void takeOver() {
    works = true;
    router.announce();
    if (sync != null) {
      sync.takeOver(nowNs);
    }
    news.accept(true);
  }

  @Override
  public void announce() {
    router.announce();
  }

  @Override
  public void giveWay() {
    works = false;
    router.giveWay();
    if (sync != null) {
      sync.giveWay(nowNs);
    }
    news.accept(false);
  }

  void close() throws IOException {
    if (wire != null) {
      wire.close();
    }
  }
}
