package io.vpcrig.judge;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The router's connections by ctnetlink (linux/netfilter/nfnetlink_conntrack.h): read, aged,
 * forgotten.
 *
 * <pre>
 *   | nlmsghdr: length 4, type 2, flags 2, sequence 4, port 4 | nfgenmsg: family 1, version 1, 2 | attributes |
 *   attribute: | length 2, type 2 | value, padded to 4 |
 * </pre>
 */
final class Conntrack implements AutoCloseable {
  /** Status bits (linux/netfilter/nf_conntrack_common.h). */
  private static final int SEEN_REPLY = 1 << 1;

  private static final int ASSURED = 1 << 2;

  private static final int NETLINK_NETFILTER = 12;
  private static final int CTNETLINK = 1 << 8;
  private static final int NEW = 0;
  private static final int GET = 1;
  private static final int DELETE = 2;
  private static final int REQUEST = 1;
  private static final int ACKNOWLEDGE = 4;
  private static final int DUMP = 0x300;
  private static final int MESSAGE_ERROR = 2;
  private static final int MESSAGE_DONE = 3;
  private static final int NESTED = 0x8000;
  private static final int HEADER = 20;
  private static final int BATCH = 64 << 10;

  private static final int CTA_TUPLE_ORIGINAL = 1;
  private static final int CTA_TUPLE_REPLY = 2;
  private static final int CTA_STATUS = 3;
  private static final int CTA_PROTOCOL_STATE = 4;
  private static final int CTA_TIMEOUT = 7;
  private static final int CTA_TUPLE_IP = 1;
  private static final int CTA_TUPLE_PROTOCOL = 2;

  /**
   * One connection of the kernel's.
   *
   * @param original as its first packet came
   * @param reply as the answer to the first packet comes
   * @param tcpState as {@link io.vpcrig.session.SessionState}; 0 for other protocols
   * @param seconds left
   */
  record Entry(Flow original, Flow reply, int status, int tcpState, int seconds) {
    boolean seenReply() {
      return (status & SEEN_REPLY) != 0;
    }

    boolean assured() {
      return (status & ASSURED) != 0;
    }
  }

  private final Arena arena = Arena.ofShared();
  private final MemorySegment room = arena.allocate(1 << 16, 8);
  private final MemorySegment out = arena.allocate(BATCH + 1024, 8);
  private final ByteBuffer writing = out.asByteBuffer().order(ByteOrder.nativeOrder());
  private final int socket;
  private int sequence;

  Conntrack(Namespaces namespaces) throws IOException {
    socket =
        Netns.inside(
            namespaces.router,
            () -> {
              int made = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW, NETLINK_NETFILTER);
              MemorySegment address = arena.allocate(12);
              address.set(JAVA_SHORT_UNALIGNED, 0, (short) Libc.AF_NETLINK);
              Libc.bind(made, address);
              Libc.option(made, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, 16 << 20);
              Libc.option(made, Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, 16 << 20);
              return made;
            });
  }

  /** All connections. */
  List<Entry> read() throws IOException {
    begin(GET, REQUEST | DUMP);
    finish(0);
    send();
    List<Entry> entries = new ArrayList<>();
    while (true) {
      ByteBuffer message = receive();
      while (message.remaining() >= HEADER) {
        int at = message.position();
        int length = message.getInt(at);
        int type = message.getShort(at + 4) & 0xffff;
        if (type == MESSAGE_DONE) {
          return entries;
        }
        if (type == MESSAGE_ERROR) {
          throw new IOException("ctnetlink: error " + message.getInt(at + 16));
        }
        entries.add(entry(slice(message, at + HEADER, length - HEADER)));
        message.position(Math.min(message.limit(), at + (length + 3 & ~3)));
      }
    }
  }

  /** Forgets all connections. */
  void flush() throws IOException {
    begin(DELETE, REQUEST | ACKNOWLEDGE);
    finish(0);
    send();
    int error = receive().getInt(16);
    if (error != 0) {
      throw new IOException("ctnetlink: error " + error);
    }
  }

  /** Sets what is left of a connection's time; none: forgets it. In line until {@link #apply}. */
  void setSeconds(Entry entry, int seconds, boolean assured) throws IOException {
    int at = begin(seconds > 0 ? NEW : DELETE, REQUEST);
    tuple(entry.original);
    if (seconds > 0) {
      attribute(CTA_TIMEOUT, seconds);
      if (assured && !entry.assured()) {
        attribute(CTA_STATUS, entry.status | ASSURED);
      }
    }
    finish(at);
    if (writing.position() > BATCH) {
      apply();
    }
  }

  /** Sends what is in line. One that is gone meanwhile is no error. */
  void apply() throws IOException {
    if (writing.position() > 0) {
      send();
      while (Libc.receive(socket, room, Libc.MSG_DONTWAIT) > 0) {
        continue;
      }
    }
  }

  // --- writing ---------------------------------------------------------------------------------

  private int begin(int command, int flags) {
    int at = writing.position();
    writing.putInt(0).putShort((short) (CTNETLINK | command)).putShort((short) flags);
    writing.putInt(++sequence).putInt(0);
    writing.put((byte) 2).put((byte) 0).putShort((short) 0);
    return at;
  }

  private void finish(int at) {
    writing.putInt(at, writing.position() - at);
  }

  private void send() throws IOException {
    Libc.send(socket, out.asSlice(0, writing.position()));
    writing.clear();
  }

  private void tuple(Flow flow) {
    int tuple = nest(CTA_TUPLE_ORIGINAL);
    int addresses = nest(CTA_TUPLE_IP);
    attribute(1, flow.source());
    attribute(2, flow.destination());
    finishNest(addresses);
    int protocol = nest(CTA_TUPLE_PROTOCOL);
    octet(1, flow.protocol());
    switch (flow.protocol()) {
      case Protocol.TCP, Protocol.UDP -> {
        word(2, flow.sourcePort());
        word(3, flow.destinationPort());
      }
      case Protocol.ICMP -> {
        word(4, flow.icmpId());
        octet(5, flow.icmpType());
        octet(6, flow.icmpCode());
      }
      default -> {}
    }
    finishNest(protocol);
    finishNest(tuple);
  }

  private int nest(int type) {
    int at = writing.position();
    writing.putShort((short) 0).putShort((short) (type | NESTED));
    return at;
  }

  private void finishNest(int at) {
    writing.putShort(at, (short) (writing.position() - at));
  }

  private void attribute(int type, int value) {
    writing.putShort((short) 8).putShort((short) type).putInt(Integer.reverseBytes(value));
  }

  private void word(int type, int value) {
    writing.putShort((short) 6).putShort((short) type);
    writing.putShort(Short.reverseBytes((short) value)).putShort((short) 0);
  }

  private void octet(int type, int value) {
    writing.putShort((short) 5).putShort((short) type).putInt(value);
  }

  // --- reading ---------------------------------------------------------------------------------

  private ByteBuffer receive() throws IOException {
    int length = Libc.receive(socket, room, 0);
    byte[] bytes = new byte[length];
    MemorySegment.copy(room, JAVA_BYTE, 0, bytes, 0, length);
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  private static ByteBuffer slice(ByteBuffer buffer, int from, int length) {
    return buffer.slice(from, length).order(ByteOrder.nativeOrder());
  }

  /** What is done with one attribute; numbers in it are in network order. */
  private interface Taker {
    void take(int type, ByteBuffer value);
  }

  private static void attributes(ByteBuffer in, Taker taker) {
    while (in.remaining() >= 4) {
      int at = in.position();
      int length = in.getShort(at) & 0xffff;
      int type = in.getShort(at + 2) & 0x3fff;
      taker.take(type, slice(in, at + 4, length - 4));
      in.position(Math.min(in.limit(), at + (length + 3 & ~3)));
    }
  }

  private static Entry entry(ByteBuffer message) {
    Flow[] tuples = new Flow[2];
    int[] numbers = new int[3];
    attributes(
        message,
        (type, value) -> {
          switch (type) {
            case CTA_TUPLE_ORIGINAL -> tuples[0] = readTuple(value);
            case CTA_TUPLE_REPLY -> tuples[1] = readTuple(value);
            case CTA_STATUS -> numbers[0] = Integer.reverseBytes(value.getInt(0));
            case CTA_TIMEOUT -> numbers[1] = Integer.reverseBytes(value.getInt(0));
            case CTA_PROTOCOL_STATE -> numbers[2] = tcpState(value);
            default -> {}
          }
        });
    return new Entry(tuples[0], tuples[1], numbers[0], numbers[2], numbers[1]);
  }

  private static int tcpState(ByteBuffer in) {
    int[] state = new int[1];
    attributes(
        in,
        (type, value) -> {
          if (type == 1) {
            attributes(
                value,
                (inner, number) -> {
                  if (inner == 1) {
                    state[0] = number.get(0);
                  }
                });
          }
        });
    return state[0];
  }

  private static Flow readTuple(ByteBuffer in) {
    int[] n = new int[9];
    attributes(
        in,
        (type, value) ->
            attributes(
                value,
                (inner, number) -> {
                  if (type == CTA_TUPLE_IP) {
                    n[inner] = Integer.reverseBytes(number.getInt(0));
                  } else {
                    n[2 + inner] =
                        number.limit() == 1
                            ? number.get(0) & 0xff
                            : Short.reverseBytes(number.getShort(0)) & 0xffff;
                  }
                }));
    int protocol = n[3];
    int ports = protocol == Protocol.ICMP ? n[6] << 16 | n[7] << 8 | n[8] : n[4] << 16 | n[5];
    return Flow.of(protocol, n[1], n[2], ports, Optional.empty());
  }

  @Override
  public void close() throws IOException {
    Libc.close(socket);
    arena.close();
  }
}
