package io.vpcrig.live.dhcp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A DHCP message (RFC 2131 2) between Ethernet hosts, and its options (RFC 2132).
 *
 * <pre>
 *   | op 1 | htype 1 | hlen 1 | hops 1 | xid 4 | secs 2 | flags 2 |
 *   | ciaddr 4 | yiaddr 4 | siaddr 4 | giaddr 4 | chaddr 16 | sname 64 | file 128 |
 *   | cookie 4 | option: code 1, length 1, data ... | end 1 |
 * </pre>
 *
 * Thread: one.
 */
final class DhcpMessage {
  static final int REQUEST = 1;
  static final int REPLY = 2;

  /** {@link #flags}: the client can't be reached by its address yet. */
  static final int BROADCAST = 0x8000;

  /** Values of the option {@link #TYPE}. */
  static final int DISCOVER = 1;

  static final int OFFER = 2;
  static final int SELECT = 3;
  static final int DECLINE = 4;
  static final int ACK = 5;
  static final int NAK = 6;
  static final int RELEASE = 7;
  static final int INFORM = 8;

  /** Codes of options. */
  static final int SUBNET_MASK = 1;

  static final int ROUTER = 3;
  static final int NAME_SERVER = 6;
  static final int HOST_NAME = 12;
  static final int DOMAIN = 15;
  static final int INTERFACE_MTU = 26;
  static final int BROADCAST_ADDRESS = 28;
  static final int REQUESTED_ADDRESS = 50;
  static final int LEASE_TIME = 51;
  static final int OVERLOAD = 52;
  static final int TYPE = 53;
  static final int SERVER = 54;
  static final int WANTED = 55;
  static final int TEXT = 56;
  static final int CLIENT = 61;
  static final int RELAY_AGENT = 82;

  private static final int PAD = 0;
  private static final int END = 255;
  private static final int HEADER = 236;
  private static final int COOKIE = 0x6382_5363;
  private static final int OPTIONS = 240;
  private static final int SNAME = 44;
  private static final int FILE = 108;
  private static final int ETHERNET = 1;
  private static final int ETHERNET_LENGTH = 6;

  /** Shortest message that every relay and client takes (RFC 1542 2.1). */
  private static final int LEAST = 300;

  int op;
  int hops;
  int xid;
  int seconds;
  int flags;
  int clientAddress;
  int yourAddress;
  int relay;

  /** MAC of the client, 48 bits. */
  long mac;

  private final Map<Integer, byte[]> options = new LinkedHashMap<>();

  /** Reads a message; empty if it is none, or is not whole. */
  static Optional<DhcpMessage> parse(byte[] data) {
    if (data.length < OPTIONS) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(data);
    boolean ethernet = data[1] == ETHERNET && data[2] == ETHERNET_LENGTH;
    if (!ethernet || in.getInt(HEADER) != COOKIE) {
      return Optional.empty();
    }
    DhcpMessage message = new DhcpMessage();
    message.op = data[0];
    message.hops = data[3] & 0xff;
    message.xid = in.getInt(4);
    message.seconds = in.getShort(8) & 0xffff;
    message.flags = in.getShort(10) & 0xffff;
    message.clientAddress = in.getInt(12);
    message.yourAddress = in.getInt(16);
    message.relay = in.getInt(24);
    message.mac = in.getLong(28) >>> 16;
    boolean whole = message.read(data, OPTIONS, data.length);
    int overload = message.number(OVERLOAD, 0);
    whole &= (overload & 1) == 0 || message.read(data, FILE, HEADER);
    whole &= (overload & 2) == 0 || message.read(data, SNAME, FILE);
    return whole ? Optional.of(message) : Optional.empty();
  }

  /** Reads a field of options; parts of one option are put together (RFC 3396). */
  private boolean read(byte[] data, int from, int to) {
    int at = from;
    while (at < to && (data[at] & 0xff) != END) {
      if (data[at] == PAD) {
        at++;
        continue;
      }
      if (at + 1 >= to || at + 2 + (data[at + 1] & 0xff) > to) {
        return false;
      }
      int length = data[at + 1] & 0xff;
      byte[] part = Arrays.copyOfRange(data, at + 2, at + 2 + length);
      options.merge(data[at] & 0xff, part, DhcpMessage::concatenated);
      at += 2 + length;
    }
    return true;
  }

  private static byte[] concatenated(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /** An answer to this message, without options. */
  DhcpMessage reply() {
    DhcpMessage reply = new DhcpMessage();
    reply.op = REPLY;
    reply.xid = xid;
    reply.flags = flags;
    reply.relay = relay;
    reply.mac = mac;
    return reply;
  }

  /** What an option says, if it is there. */
  Optional<byte[]> option(int code) {
    return Optional.ofNullable(options.get(code));
  }

  /** An option of 1, 2 or 4 bytes as a number; {@code absent} if it is not there or not so long. */
  int number(int code, int absent) {
    byte[] data = options.get(code);
    return switch (data == null ? 0 : data.length) {
      case 1 -> data[0] & 0xff;
      case 2 -> (data[0] & 0xff) << 8 | data[1] & 0xff;
      case 4 -> ByteBuffer.wrap(data).getInt();
      default -> absent;
    };
  }

  DhcpMessage with(int code, byte[] data) {
    options.put(code, data);
    return this;
  }

  DhcpMessage with32(int code, int value) {
    return with(code, ByteBuffer.allocate(4).putInt(value).array());
  }

  DhcpMessage with16(int code, int value) {
    return with(code, new byte[] {(byte) (value >> 8), (byte) value});
  }

  DhcpMessage with8(int code, int value) {
    return with(code, new byte[] {(byte) value});
  }

  /** The message as it is sent. */
  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer header = ByteBuffer.allocate(OPTIONS);
    header.put((byte) op).put((byte) ETHERNET).put((byte) ETHERNET_LENGTH).put((byte) hops);
    header.putInt(xid).putShort((short) seconds).putShort((short) flags);
    header.putInt(clientAddress).putInt(yourAddress).putInt(0).putInt(relay);
    header.putLong(mac << 16);
    header.putInt(HEADER, COOKIE);
    out.writeBytes(header.array());
    options.forEach((code, data) -> write(out, code, data));
    out.write(END);
    byte[] all = out.toByteArray();
    return all.length < LEAST ? Arrays.copyOf(all, LEAST) : all;
  }

  private static void write(ByteArrayOutputStream out, int code, byte[] data) {
    int at = 0;
    do {
      int length = Math.min(data.length - at, 0xff);
      out.write(code);
      out.write(length);
      out.write(data, at, length);
      at += length;
    } while (at < data.length);
  }
}
