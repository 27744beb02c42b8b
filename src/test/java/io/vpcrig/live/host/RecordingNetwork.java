package io.vpcrig.live.host;

import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A network that keeps what is sent. */
public final class RecordingNetwork implements Network {
  /** Mac of what goes where the routes lead. */
  public static final long ROUTED = -1;

  /** A datagram that was sent; segment -1 for where the routes lead. */
  public record Sent(
      int segment,
      long mac,
      int source,
      int sourcePort,
      int destination,
      int destinationPort,
      List<Byte> payload) {
    /** The payload, to read from. */
    public byte[] bytes() {
      byte[] all = new byte[payload.size()];
      for (int k = 0; k < all.length; k++) {
        all[k] = payload.get(k);
      }
      return all;
    }
  }

  private final List<Sent> sent = new ArrayList<>();
  private final List<byte[]> segments = new ArrayList<>();
  private final Sockets sockets = new Sockets(new Random(7));
  private Vpc vpc;
  private int sourceAddress;
  private long nowNs = 1_700_000_000_000_000_000L;

  public RecordingNetwork(Vpc vpc) {
    this.vpc = vpc;
  }

  /** Goes by another VPC. */
  public void use(Vpc next) {
    vpc = next;
  }

  /** Gives the router's own connections a source address; 0 for no way. */
  public void sourceAddress(int address) {
    sourceAddress = address;
  }

  /** Lets time pass. */
  public void pass(long ns) {
    nowNs += ns;
  }

  /** What was sent since it was last asked. */
  public List<Sent> take() {
    List<Sent> all = List.copyOf(sent);
    sent.clear();
    return all;
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public Vpc vpc() {
    return vpc;
  }

  @Override
  public int mtu(int segment) {
    return vpc.mtu(vpc.segments().get(segment).name());
  }

  @Override
  public Sockets sockets() {
    return sockets;
  }

  @Override
  public int sourceFor(int destination) {
    return sourceAddress;
  }

  @Override
  public void send(
      int source, int sourcePort, int destination, int destinationPort, byte[] payload) {
    sendTo(-1, ROUTED, source, sourcePort, destination, destinationPort, payload);
  }

  @Override
  public void sendTo(
      int segment,
      long mac,
      int source,
      int sourcePort,
      int destination,
      int destinationPort,
      byte[] payload) {
    List<Byte> bytes = new ArrayList<>();
    for (byte each : payload) {
      bytes.add(each);
    }
    sent.add(
        new Sent(
            segment, mac, source, sourcePort, destination, destinationPort, List.copyOf(bytes)));
  }

  @Override
  public void send(int protocol, int source, int destination, byte[] transport) {
    segments.add(transport.clone());
  }

  /** Segments of other protocols sent since it was last asked. */
  public List<byte[]> takeSegments() {
    List<byte[]> all = List.copyOf(segments);
    segments.clear();
    return all;
  }
}
