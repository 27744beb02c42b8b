package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.telemetry.Reason;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The last drop for each reason, as seldom as somebody asks: a reason's slot takes one frame and is
 * closed until that was {@linkplain #take taken}. Threads: those that count frames offer, one other
 * takes.
 */
public final class DropExamples {
  private static final int FREE = 0;
  private static final int FULL = 1;
  private static final int FILLING = 2;

  private final AtomicIntegerArray states = new AtomicIntegerArray(Reason.LIMIT);
  private final Drop[] slots = new Drop[Reason.LIMIT];

  /** Columns of a dropped frame; those of its headers hold nothing if it failed to parse. */
  public static final class Drop {
    private long number;
    private long timestampNs;
    private int segment;
    private int length;
    private int family;
    private int protocol;
    private int source;
    private int destination;
    private int ports;
    private int list;
    private int rule;

    /** Number of the frame in its input, from 1. */
    public long number() {
      return number;
    }

    /** Time of the frame, ns since 1970. */
    public long timestampNs() {
      return timestampNs;
    }

    /** Segment it came by; NONE if no known one. */
    public int segment() {
      return segment;
    }

    /** Octets, as captured. */
    public int length() {
      return length;
    }

    /** 4, or 0 for ARP. */
    public int family() {
      return family;
    }

    public int protocol() {
      return protocol;
    }

    public int source() {
      return source;
    }

    public int destination() {
      return destination;
    }

    /** As in the batch column: two ports, or ICMP identifier, type and code. */
    public int ports() {
      return ports;
    }

    /** The deciding list, or NONE. */
    public int list() {
      return list;
    }

    /** The deciding rule, or NONE. */
    public int rule() {
      return rule;
    }
  }

  /** Receives a drop; it is another's when the call returns. */
  @FunctionalInterface
  public interface Taker {
    void take(Reason reason, Drop drop);
  }

  public DropExamples() {
    for (Reason reason : Reason.drops()) {
      slots[reason.number()] = new Drop();
    }
  }

  /** Takes a dropped frame if its reason's slot is free. Any thread. */
  void offer(FrameBatch batch, int i) {
    int reason = batch.reason[i];
    if (states.getAcquire(reason) == FREE
        && slots[reason] != null
        && states.compareAndSet(reason, FREE, FILLING)) {
      batch.spread(i);
      Drop drop = slots[reason];
      drop.number = batch.number[i];
      drop.timestampNs = batch.timestampNs[i];
      drop.segment = batch.segment[i];
      drop.length = batch.length[i];
      drop.family = batch.family[i];
      drop.protocol = batch.protocol[i];
      drop.source = batch.sourceAddress[i];
      drop.destination = batch.destinationAddress[i];
      drop.ports = batch.ports[i];
      drop.list = batch.list[i];
      drop.rule = batch.rule[i];
      states.setRelease(reason, FULL);
    }
  }

  /** Hands over what was dropped since the last time, one frame a reason. One thread. */
  public void take(Taker taker) {
    for (int reason = 0; reason < slots.length; reason++) {
      if (states.getAcquire(reason) == FULL) {
        taker.take(Reason.of(reason), slots[reason]);
        states.setRelease(reason, FREE);
      }
    }
  }
}
