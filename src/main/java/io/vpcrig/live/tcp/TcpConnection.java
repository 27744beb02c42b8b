package io.vpcrig.live.tcp;

import io.vpcrig.live.host.Stream;
import io.vpcrig.live.host.StreamService;
import java.util.Arrays;

/**
 * One connection: the state machine of RFC 9293 3.3.2 from SYN-RECEIVED on. Sequence numbers wrap;
 * they are compared by their difference. Thread: the router's.
 */
final class TcpConnection implements Stream {
  static final int WINDOW = 1 << 14;
  static final long TIME_WAIT_NS = 60_000_000_000L;

  /** Nothing came or went so long: the far end is gone. */
  static final long IDLE_NS = 60_000_000_000L;

  static final long TIMEOUT_NS = 1_000_000_000L;

  /** How often it is sent again; then, after half a minute in all, the far end is given up. */
  static final int RETRIES = 4;

  private static final int LOST_AFTER = 3;
  private static final byte[] NOTHING = {};

  private enum State {
    SYN_RECEIVED,
    ESTABLISHED,
    CLOSE_WAIT,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSING,
    LAST_ACK,
    TIME_WAIT,
    CLOSED
  }

  private final TcpHost host;
  private final TcpHost.Peer peer;
  private final int segment;
  private final StreamService.Reader reader;
  private final int mss;
  private final int offeredMss;
  private final int initial;
  private final SendQueue queue;
  private final Congestion congestion;
  private State state = State.SYN_RECEIVED;
  private int unacknowledged;
  private int next;
  private int furthest;
  private int peerWindow;
  private int windowSequence;
  private int windowAcknowledgement;
  private int expected;
  private boolean owesAcknowledgement;
  private long movedNs;
  private long sentNs;
  private int retries;
  private int repeated;

  /**
   * Answers a SYN.
   *
   * @param initial our first sequence number, which nobody can guess (RFC 6528)
   * @param longest longest payload that fits where it came from, bytes
   */
  TcpConnection(
      TcpHost host,
      TcpHost.Peer peer,
      int segment,
      TcpSegment syn,
      int initial,
      int longest,
      StreamService service) {
    this.host = host;
    this.peer = peer;
    this.segment = segment;
    this.initial = initial;
    offeredMss = longest;
    mss = Math.min(longest, syn.mss() == 0 ? 536 : Math.max(syn.mss(), 64));
    queue = new SendQueue(initial + 1);
    congestion = new Congestion(mss);
    expected = syn.sequence() + 1;
    peerWindow = syn.window();
    windowSequence = syn.sequence();
    unacknowledged = initial;
    next = initial + 1;
    furthest = next;
    movedNs = host.nowNs();
    reader = service.accept(this);
    greet();
  }

  private void greet() {
    sentNs = host.nowNs();
    send(initial, TcpSegment.SYN | TcpSegment.ACK, offeredMss, NOTHING);
  }

  @Override
  public int segment() {
    return segment;
  }

  @Override
  public int far() {
    return peer.far();
  }

  @Override
  public int farPort() {
    return peer.farPort();
  }

  @Override
  public int near() {
    return peer.near();
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  boolean isWaiting() {
    return state == State.TIME_WAIT;
  }

  /** Whether a SYN begins a new connection in place of this one (RFC 9293 3.10.7.4). */
  boolean isSucceededBy(TcpSegment syn) {
    return state == State.TIME_WAIT
        && (syn.flags() & (TcpSegment.SYN | TcpSegment.ACK | TcpSegment.RST)) == TcpSegment.SYN
        && syn.sequence() - expected > 0;
  }

  @Override
  public void write(byte[] data) {
    if (state != State.CLOSED && !queue.add(data) && !queue.isEnded()) {
      abort(); // A gap would be worse than an end.
    } else {
      pump();
    }
  }

  @Override
  public void finish() {
    queue.end();
    pump();
  }

  /** Ends it at once, and says so. */
  void abort() {
    if (state != State.CLOSED) {
      send(next, TcpSegment.RST | TcpSegment.ACK, 0, NOTHING);
      state = State.CLOSED;
    }
  }

  // --- what comes ---

  /** Takes a segment (RFC 9293 3.10.7.4). */
  void receive(TcpSegment in) {
    if (state == State.SYN_RECEIVED && in.is(TcpSegment.SYN) && in.sequence() == expected - 1) {
      greet();
      return;
    }
    if (!isAcceptable(in)) {
      if (!in.is(TcpSegment.RST)) {
        acknowledge();
      }
      return;
    }
    if (in.is(TcpSegment.RST)) {
      if (in.sequence() == expected) {
        state = State.CLOSED;
      } else {
        acknowledge(); // RFC 5961 3.2: who really means it says it again, rightly.
      }
      return;
    }
    if (in.is(TcpSegment.SYN)) {
      acknowledge(); // RFC 5961 4.2
      return;
    }
    if (!in.is(TcpSegment.ACK) || !acknowledged(in)) {
      return;
    }
    movedNs = host.nowNs();
    if (state != State.TIME_WAIT) {
      take(in);
    } else {
      owesAcknowledgement |= in.length() > 0;
    }
    pump();
    if (owesAcknowledgement && state != State.CLOSED) {
      acknowledge();
    }
  }

  private boolean isAcceptable(TcpSegment in) {
    int begin = in.sequence() - expected;
    int end = begin + Math.max(in.length() - 1, 0);
    return begin >= 0 && begin < WINDOW || end >= 0 && end < WINDOW;
  }

  /** What it says of what we sent; false if it is to be heard no further. */
  private boolean acknowledged(TcpSegment in) {
    int acknowledgement = in.acknowledgement();
    if (state == State.SYN_RECEIVED) {
      if (acknowledgement != initial + 1) {
        send(acknowledgement, TcpSegment.RST, 0, NOTHING);
        return false;
      }
      state = State.ESTABLISHED;
    }
    if (acknowledgement - furthest > 0) {
      acknowledge();
      return false;
    }
    int fresh = acknowledgement - unacknowledged;
    if (fresh > 0) {
      congestion.acknowledged(fresh);
      queue.acknowledge(acknowledgement);
      unacknowledged = acknowledgement;
      next = next - acknowledgement < 0 ? acknowledgement : next;
      retries = 0;
      repeated = 0;
      sentNs = host.nowNs();
      if (queue.isEnded() && acknowledgement == queue.last() + 1) {
        finished();
      }
    } else if (fresh == 0 && in.length() == 0 && in.window() == peerWindow) {
      repeated();
    }
    boolean newer =
        in.sequence() - windowSequence > 0
            || in.sequence() == windowSequence && acknowledgement - windowAcknowledgement >= 0;
    if (fresh >= 0 && newer) {
      peerWindow = in.window();
      windowSequence = in.sequence();
      windowAcknowledgement = acknowledgement;
    }
    return state != State.CLOSED;
  }

  /** The same acknowledgement again: the third says that a segment was lost (RFC 5681 3.2). */
  private void repeated() {
    int underWay = next - unacknowledged;
    if (underWay > 0 && ++repeated == LOST_AFTER && queue.from(unacknowledged) > 0) {
      congestion.lost(underWay);
      int length = Math.min(mss, queue.from(unacknowledged));
      send(unacknowledged, TcpSegment.ACK, 0, queue.copy(unacknowledged, length));
    }
  }

  /** Our FIN was acknowledged. */
  private void finished() {
    state =
        switch (state) {
          case FIN_WAIT_1 -> State.FIN_WAIT_2;
          case CLOSING -> State.TIME_WAIT;
          case LAST_ACK -> State.CLOSED;
          default -> state;
        };
  }

  /** Hands on what is next in order. */
  private void take(TcpSegment in) {
    if (in.length() == 0) {
      return;
    }
    owesAcknowledgement = true;
    int known = expected - in.sequence();
    if (known < 0) {
      return; // Something is missing before it: it will come again.
    }
    byte[] payload = in.payload();
    boolean open =
        state == State.ESTABLISHED || state == State.FIN_WAIT_1 || state == State.FIN_WAIT_2;
    if (open && known < payload.length) {
      expected += payload.length - known;
      reader.receive(Arrays.copyOfRange(payload, known, payload.length));
    }
    if (open && in.is(TcpSegment.FIN) && in.sequence() + payload.length == expected) {
      expected++;
      state =
          switch (state) {
            case ESTABLISHED -> State.CLOSE_WAIT;
            case FIN_WAIT_1 -> State.CLOSING;
            case FIN_WAIT_2 -> State.TIME_WAIT;
            default -> state;
          };
      queue.end();
    }
  }

  // --- what goes ---

  /** Sends what may be sent. */
  private void pump() {
    if (state == State.SYN_RECEIVED || state == State.CLOSED) {
      return;
    }
    int most = Math.min(peerWindow, congestion.window());
    boolean idle = next == unacknowledged;
    while (queue.from(next) > 0) {
      int length = Math.min(Math.min(mss, queue.from(next)), most - (next - unacknowledged));
      boolean small = length < mss && length < queue.from(next);
      if (length <= 0 || small && next != unacknowledged) {
        break;
      }
      boolean last = length == queue.from(next);
      send(next, TcpSegment.ACK | (last ? TcpSegment.PSH : 0), 0, queue.copy(next, length));
      advance(length);
    }
    if (queue.isEnded() && next == queue.last()) {
      send(next, TcpSegment.FIN | TcpSegment.ACK, 0, NOTHING);
      advance(1);
      state =
          switch (state) {
            case ESTABLISHED -> State.FIN_WAIT_1;
            case CLOSE_WAIT -> State.LAST_ACK;
            default -> state;
          };
    }
    if (idle) {
      sentNs = host.nowNs();
    }
  }

  private void advance(int length) {
    next += length;
    furthest = next - furthest > 0 ? next : furthest;
  }

  private void acknowledge() {
    send(next, TcpSegment.ACK, 0, NOTHING);
  }

  private void send(int sequence, int flags, int option, byte[] payload) {
    boolean acknowledges = (flags & TcpSegment.ACK) != 0;
    owesAcknowledgement &= !acknowledges;
    host.send(
        peer,
        new TcpSegment(
            peer.nearPort(),
            peer.farPort(),
            sequence,
            acknowledges ? expected : 0,
            flags,
            WINDOW,
            option,
            payload));
  }

  /** Looks after what is overdue. */
  void tick() {
    long now = host.nowNs();
    if (state == State.TIME_WAIT) {
      state = now - movedNs > TIME_WAIT_NS ? State.CLOSED : state;
    } else if (now - movedNs > IDLE_NS) {
      abort();
    } else if (now - sentNs > TIMEOUT_NS << retries && isWaitedFor()) {
      timedOut();
    }
  }

  /** Whether the far end has to acknowledge, or to open its window. */
  private boolean isWaitedFor() {
    return unacknowledged != next || queue.from(next) > 0;
  }

  private void timedOut() {
    if (++retries > RETRIES) {
      abort();
      return;
    }
    sentNs = host.nowNs();
    if (state == State.SYN_RECEIVED) {
      greet();
      return;
    }
    int underWay = next - unacknowledged;
    next = unacknowledged;
    if (peerWindow == 0 && queue.from(next) > 0) {
      send(next, TcpSegment.ACK, 0, queue.copy(next, 1)); // RFC 9293 3.8.6.1
      advance(1);
    } else {
      congestion.timedOut(underWay);
      pump();
    }
  }
}
