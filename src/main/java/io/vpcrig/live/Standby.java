package io.vpcrig.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Arp;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Vlan;
import io.vpcrig.live.vrrp.Advertisement;
import io.vpcrig.live.vrrp.AdvertisementCodec;
import io.vpcrig.live.vrrp.Refusal;
import io.vpcrig.live.vrrp.VirtualRouter;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Redundancy;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.tunnel.SegmentTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntPredicate;

/**
 * This router as one of two. Takes VRRP's messages out of what a port receives, and everything else
 * while the other router works: a router that stands by forwards nothing and answers for no address
 * but its own.
 *
 * <p>That own address has a MAC of its own, derived from it; the gateways' MACs, which both routers
 * have, are used by the one that works alone, also for its advertisements, so that switches learn
 * where they are. Whoever works anew tells everybody by gratuitous ARP, at once and again later
 * ({@link #REPEAT_NS}), since one may be lost; keepalived does so after 5 seconds.
 *
 * <p>Thread: the router's; {@link #count} any.
 */
public final class Standby implements VirtualRouter.Actions {
  /** When gratuitous ARP is repeated, counted from the takeover. */
  static final long[] REPEAT_NS = {100_000_000L, 1_000_000_000L, 5_000_000_000L};

  /** Masters that meet mend the neighbourhood at once no more often than this. */
  private static final long MEND_NS = 1_000_000_000L;

  private static final int REFUSALS = Refusal.values().length;

  /** What happens to the router as a whole. Thread: the router's. */
  interface Events {
    /** It works from now on: gratuitous ARP is due. */
    void takeOver();

    /** Gratuitous ARP is due again. */
    void announce();

    /** It stands by from now on. */
    void giveWay();
  }

  private final Redundancy settings;
  private final int own;
  private final long ownMac;
  private final Events events;
  private final AdvertisementCodec codec;
  private final VirtualRouter router;
  private final AtomicLongArray refused = new AtomicLongArray(REFUSALS + 3);
  private final IntPredicate isOthers = this::isOthers;
  private FrameBatch sifted;
  private int siftedPort;
  private OwnFrames frames;
  private List<Integer> addresses = List.of();
  private int segment;
  private int port;
  private int outerTag;
  private int tag;
  private int l2Length;
  private long nowNs;
  private int repeats = REPEAT_NS.length;
  private long sinceNs;
  private long mendedNs = Long.MIN_VALUE;

  /**
   * @throws IllegalArgumentException with a sentence, if the VPC's redundancy lacks something
   */
  Standby(Redundancy settings, Events events) {
    this.settings = settings;
    this.events = events;
    own = settings.address().orElseThrow();
    ownMac = Segment.derivedMac(own);
    codec = new AdvertisementCodec(settings, own);
    router = new VirtualRouter(settings, own, this);
  }

  /**
   * Makes sure that a VPC's router can be one of two on these ports.
   *
   * @param vpc as the plan has it
   * @throws IllegalArgumentException with a sentence, if it can't
   */
  public static void requirePossible(Vpc vpc, PortPlan plan) {
    if (vpc.redundancy().isEmpty()) {
      return;
    }
    Redundancy settings = vpc.redundancy().get();
    int segment = vpc.segmentIndex(settings.segment());
    if (settings.address().isEmpty()) {
      throw new IllegalArgumentException(
          "redundancy: this router has no address of its own in segment "
              + settings.segment()
              + "; give it by --vrrp ADDRESS, or as address in the VPC file");
    }
    Optional<String> problem =
        settings.problem(
            vpc.segments().get(segment).subnet(), vpc.segments().get(segment).address());
    if (problem.isPresent()) {
      throw new IllegalArgumentException("redundancy: " + problem.get());
    }
    if (plan.portOf(vpc)[segment] == PortPlan.NONE) {
      throw new IllegalArgumentException(
          "redundancy: segment " + settings.segment() + " has no --port to advertise by");
    }
    if (vpc.segments().get(segment).encapsulation() instanceof Encapsulation.Vxlan) {
      throw new IllegalArgumentException(
          "redundancy: segment "
              + settings.segment()
              + " is behind a tunnel whose end both routers share; advertise in one that is not");
    }
  }

  /** Goes by a VPC and its ports from now on. */
  void use(Vpc vpc, SegmentTable table, PortPlan plan, OwnFrames newFrames) {
    frames = newFrames;
    addresses = Redundancy.virtualAddresses(vpc);
    segment = vpc.segmentIndex(settings.segment());
    port = plan.portOf(vpc)[segment];
    int kind = table.encapsulation(segment);
    outerTag = kind == SegmentTable.QINQ ? table.tag(segment) >>> 12 : 0;
    tag = kind == SegmentTable.UNTAGGED ? 0 : table.tag(segment) & 0xfff;
    l2Length = Ethernet.LENGTH + (tag == 0 ? 0 : Vlan.LENGTH) + (outerTag == 0 ? 0 : Vlan.LENGTH);
  }

  void start(long now) {
    nowNs = now;
    router.start(now);
  }

  /** Ends; the other router is told if this one worked. */
  void stop() {
    router.stop();
  }

  /** Whether this router works. */
  boolean isMaster() {
    return router.isMaster();
  }

  /** See {@link VirtualRouter#hold}. */
  void hold(boolean whether) {
    router.hold(whether);
  }

  /** When {@link #tick} has something to do. */
  long deadlineNs() {
    return repeats < REPEAT_NS.length
        ? Math.min(router.deadlineNs(), sinceNs + REPEAT_NS[repeats])
        : router.deadlineNs();
  }

  /** Time has passed, and what was received by then was looked at. */
  void tick(long now) {
    nowNs = now;
    router.tick(now);
    if (isMaster() && repeats < REPEAT_NS.length && now - sinceNs >= REPEAT_NS[repeats]) {
      repeats++;
      events.announce();
    }
  }

  // --- what comes ---

  /** Takes out of the batch what is VRRP's, and while the other router works everything else. */
  void sift(FrameBatch batch, int from, int receivedBy, long now) {
    nowNs = now;
    sifted = batch;
    siftedPort = receivedBy;
    batch.retain(from, isOthers);
  }

  private boolean isOthers(int i) {
    return !take(sifted.bytes, sifted.start[i], sifted.length[i]);
  }

  private boolean take(Bytes bytes, int start, int length) {
    if (siftedPort == port && length >= l2Length) {
      long to = Ethernet.destination(bytes, start);
      if (to == AdvertisementCodec.GROUP_MAC && isOfSegment(bytes, start)) {
        int type = bytes.u16(start + l2Length - 2);
        if (type == Ethernet.ETHERTYPE_IPV4) {
          hear(bytes.copy(start + l2Length, length - l2Length));
        }
        return true;
      }
      if ((to == Ethernet.BROADCAST || to == ownMac)
          && isOfSegment(bytes, start)
          && isAnswered(bytes, start + l2Length, length - l2Length)) {
        return true;
      }
    }
    if (!router.isMaster()) {
      bump(IGNORED);
      return true;
    }
    return false;
  }

  private boolean isOfSegment(Bytes bytes, int start) {
    int at = start + Ethernet.LENGTH - 2;
    if (outerTag != 0) {
      if (!Vlan.isTag(bytes.u16(at)) || (bytes.u16(at + 2) & 0xfff) != outerTag) {
        return false;
      }
      at += Vlan.LENGTH;
    }
    return tag == 0 || Vlan.isTag(bytes.u16(at)) && (bytes.u16(at + 2) & 0xfff) == tag;
  }

  private void hear(byte[] datagram) {
    Optional<Advertisement> heard = codec.decode(datagram);
    if (heard.isEmpty()) {
      bump(codec.refusal().ordinal());
      return;
    }
    bump(HEARD);
    Advertisement theirs = heard.get();
    router.hear(theirs.priority(), theirs.source(), theirs.intervalCs(), nowNs);
  }

  /** Answers who asks for the own address. */
  private boolean isAnswered(Bytes bytes, int arp, int length) {
    if (bytes.u16(arp - 2) != Ethernet.ETHERTYPE_ARP
        || !Arp.isValid(bytes, arp, length)
        || Arp.operation(bytes, arp) != Arp.REQUEST
        || Arp.targetAddress(bytes, arp) != own
        || Arp.senderAddress(bytes, arp) == own) {
      return false;
    }
    int at = frames.payload(Arp.LENGTH);
    long asker = Arp.senderMac(bytes, arp);
    Arp.write(frames.bytes(), at, Arp.REPLY, ownMac, own, asker, Arp.senderAddress(bytes, arp));
    frames.send(segment, ownMac, asker, true, Ethernet.ETHERTYPE_ARP, at, Arp.LENGTH);
    return true;
  }

  // --- what the state machine wants ---

  @Override
  public void advertise(int priority) {
    byte[] datagram = codec.encode(priority, addresses);
    int at = frames.payload(datagram.length);
    frames.bytes().put(at, datagram, 0, datagram.length);
    frames.send(
        segment,
        AdvertisementCodec.GROUP_MAC,
        Ethernet.ETHERTYPE_IPV4,
        at,
        Ipv4.totalLength(frames.bytes(), at));
    bump(SENT);
  }

  @Override
  public void becomeMaster() {
    repeats = 0;
    sinceNs = nowNs;
    events.takeOver();
  }

  @Override
  public void becomeBackup() {
    repeats = REPEAT_NS.length;
    events.giveWay();
  }

  /** At once if that was not lately; else with the next repetitions, which begin anew. */
  @Override
  public void mend() {
    boolean lately = nowNs - MEND_NS < mendedNs;
    if (!lately || repeats > 0) {
      repeats = 0;
      sinceNs = nowNs;
    }
    if (!lately) {
      mendedNs = nowNs;
      events.announce();
    }
  }

  // --- counts ---

  /** {@link #count}: advertisements that were taken. */
  public static final int HEARD = REFUSALS;

  /** {@link #count}: advertisements sent. */
  public static final int SENT = REFUSALS + 1;

  /** {@link #count}: frames that came while this router stood by. */
  public static final int IGNORED = REFUSALS + 2;

  private void bump(int what) {
    refused.lazySet(what, refused.get(what) + 1);
  }

  /**
   * What came by so far.
   *
   * @param what {@link #HEARD}, {@link #SENT}, {@link #IGNORED} or the position of a {@link
   *     Refusal}
   */
  public long count(int what) {
    return refused.get(what);
  }
}
