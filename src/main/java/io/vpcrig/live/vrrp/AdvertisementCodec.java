package io.vpcrig.live.vrrp;

import io.vpcrig.model.Redundancy;
import io.vpcrig.model.Redundancy.Authentication;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Advertisements as IPv4 datagrams, and back.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------+-------+---------------+---------------+---------------+
 *   |version|type(1)|      id       |   priority    |   addresses   |
 *   +-------+-------+---------------+---------------+---------------+
 *   | version 2: authentication     | interval, s   |               |
 *   | version 3: (0) | interval, centiseconds (12)  |   checksum    |
 *   +-------------------------------+-------------------------------+
 *   |                   addresses, 4 bytes each                     |
 *   +---------------------------------------------------------------+
 *   |      version 2: authentication data: the password, or 0 (8)   |
 *   +---------------------------------------------------------------+
 * </pre>
 *
 * The checksum is over all of it, in version 3 with a pseudo header before (RFC 5798 5.2.8). The
 * sequence number of AH is one for both directions, as keepalived's: each counts on from the
 * highest that either sent, so that a router that takes over is not taken for a replay.
 *
 * <p>Thread: one. Allocates; there are a hundred messages a second at most.
 */
public final class AdvertisementCodec {
  /** 224.0.0.18 (RFC 5798 5.1.1.2). */
  public static final int GROUP = 0xe000_0012;

  /** MAC of {@link #GROUP}. */
  public static final long GROUP_MAC = 0x0100_5e00_0012L;

  static final int PROTOCOL = 112;

  private static final int FRAGMENT = 6;
  private static final int TTL = 8;
  private static final int IP_PROTOCOL = 9;
  private static final int IP_CHECKSUM = 10;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;
  private static final int IP_LENGTH = 20;

  private static final int FRAGMENTED = 0x3fff;
  private static final int INTERNETWORK_CONTROL = 0xc0;
  private static final int LOCAL_TTL = 255;
  private static final int ADVERTISEMENT = 1;
  private static final int VRRP_CHECKSUM = 6;
  private static final int ADDRESSES = 8;
  private static final int AUTHENTICATION_LENGTH = 8;
  private static final int CENTISECONDS = 100;

  private final Redundancy settings;
  private final int own;
  private final AuthenticationHeader header;
  private final byte[] password;
  private int identification;
  private int sequence;
  private Refusal refusal = Refusal.MALFORMED;

  /**
   * @param own this router's own address
   */
  public AdvertisementCodec(Redundancy settings, int own) {
    this.settings = settings;
    this.own = own;
    header = new AuthenticationHeader(settings.secret());
    password =
        Arrays.copyOf(settings.secret().getBytes(StandardCharsets.US_ASCII), AUTHENTICATION_LENGTH);
  }

  // --- writing ---

  /** The datagram of an advertisement of this router. */
  public byte[] encode(int priority, List<Integer> addresses) {
    boolean second = settings.version() == 2;
    boolean signed = second && settings.authentication() == Authentication.AH;
    int vrrp = IP_LENGTH + (signed ? AuthenticationHeader.LENGTH : 0);
    int length = length(addresses.size(), second);
    ByteBuffer datagram = ByteBuffer.allocate(vrrp + length);
    putIp(datagram, signed ? AuthenticationHeader.PROTOCOL : PROTOCOL);
    if (signed) {
      datagram.put((byte) PROTOCOL).put((byte) (AuthenticationHeader.LENGTH / 4 - 2));
      datagram.putShort((short) 0).putInt(own).putInt(++sequence);
    }
    datagram.position(vrrp);
    datagram.put((byte) (settings.version() << 4 | ADVERTISEMENT)).put((byte) settings.id());
    datagram.put((byte) priority).put((byte) addresses.size());
    if (second) {
      datagram.put((byte) settings.authentication().number());
      datagram.put((byte) (settings.intervalCs() / CENTISECONDS));
    } else {
      datagram.putShort((short) settings.intervalCs());
    }
    datagram.putShort((short) 0);
    addresses.forEach(datagram::putInt);
    if (second && settings.authentication() == Authentication.PASSWORD) {
      datagram.put(password);
    }
    int sum = checksum(datagram, vrrp, length);
    datagram.putShort(vrrp + VRRP_CHECKSUM, (short) sum);
    if (signed) {
      header.sign(datagram.array(), IP_LENGTH);
    }
    return datagram.array();
  }

  private void putIp(ByteBuffer datagram, int protocol) {
    datagram.put((byte) 0x45).put((byte) INTERNETWORK_CONTROL);
    datagram.putShort((short) datagram.capacity()).putShort((short) ++identification);
    datagram.putShort((short) 0).put((byte) LOCAL_TTL).put((byte) protocol);
    datagram.putShort((short) 0).putInt(own).putInt(GROUP);
    datagram.putShort(IP_CHECKSUM, (short) ~fold(sum(datagram, 0, IP_LENGTH)));
  }

  private static int length(int addresses, boolean second) {
    return ADDRESSES + 4 * addresses + (second ? AUTHENTICATION_LENGTH : 0);
  }

  // --- reading ---

  /**
   * Reads a datagram, which may be anything.
   *
   * @return empty if it is refused; {@link #refusal} tells why
   */
  public Optional<Advertisement> decode(byte[] received) {
    try {
      return Optional.of(read(received));
    } catch (RefusedException e) {
      refusal = e.refusal;
      return Optional.empty();
    }
  }

  /** Why {@link #decode} refused the last datagram that it did. */
  public Refusal refusal() {
    return refusal;
  }

  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    RefusedException(Refusal refusal) {
      super(refusal.words(), null, false, false);
      this.refusal = refusal;
    }
  }

  private static void require(boolean holds, Refusal refusal) throws RefusedException {
    if (!holds) {
      throw new RefusedException(refusal);
    }
  }

  private Advertisement read(byte[] received) throws RefusedException {
    ByteBuffer frame = ByteBuffer.wrap(received);
    require(received.length >= IP_LENGTH && frame.get(0) >>> 4 == 4, Refusal.MALFORMED);
    int ip = (frame.get(0) & 0xf) * 4;
    int total = u16(frame, 2);
    require(ip >= IP_LENGTH && total >= ip && total <= received.length, Refusal.MALFORMED);
    require((u16(frame, FRAGMENT) & FRAGMENTED) == 0, Refusal.MALFORMED);
    require(fold(sum(frame, 0, ip)) == 0xffff, Refusal.MALFORMED);
    require(frame.getInt(DESTINATION) == GROUP, Refusal.MALFORMED);
    byte[] whole = Arrays.copyOf(received, total); // Ethernet may have padded it.
    ByteBuffer datagram = ByteBuffer.wrap(whole);
    int protocol = u8(datagram, IP_PROTOCOL);
    boolean signed = protocol == AuthenticationHeader.PROTOCOL;
    require(signed || protocol == PROTOCOL, Refusal.MALFORMED);
    int vrrp = ip;
    if (signed) {
      vrrp += AuthenticationHeader.LENGTH;
      require(
          total >= vrrp
              && u8(datagram, ip) == PROTOCOL
              && u8(datagram, ip + 1) == AuthenticationHeader.LENGTH / 4 - 2,
          Refusal.MALFORMED);
    }
    require(u8(datagram, TTL) == LOCAL_TTL, Refusal.FORWARDED);
    require(total >= vrrp + ADDRESSES, Refusal.MALFORMED);
    return readVrrp(datagram, ip, vrrp, total - vrrp, signed);
  }

  private Advertisement readVrrp(ByteBuffer datagram, int ip, int vrrp, int length, boolean signed)
      throws RefusedException {
    int version = u8(datagram, vrrp) >>> 4;
    boolean second = version == 2;
    require((u8(datagram, vrrp) & 0xf) == ADVERTISEMENT, Refusal.MALFORMED);
    require(version == settings.version(), Refusal.VERSION);
    require(u8(datagram, vrrp + 1) == settings.id(), Refusal.FOREIGN);
    int count = u8(datagram, vrrp + 3);
    require(length >= length(count, second), Refusal.MALFORMED);
    int source = datagram.getInt(SOURCE);
    require(source != own, Refusal.OWN);
    require(checksum(datagram, vrrp, length) == 0, Refusal.CHECKSUM);
    int interval;
    if (second) {
      authenticate(datagram, ip, vrrp, signed, u8(datagram, vrrp + 4), length(count, true));
      interval = u8(datagram, vrrp + 5) * CENTISECONDS;
      require(interval == settings.intervalCs(), Refusal.INTERVAL);
    } else {
      require(!signed, Refusal.AUTHENTICATION_TYPE);
      interval = u16(datagram, vrrp + 4) & 0xfff;
      require(interval != 0, Refusal.INTERVAL);
    }
    List<Integer> addresses = new ArrayList<>(count);
    for (int k = 0; k < count; k++) {
      addresses.add(datagram.getInt(vrrp + ADDRESSES + 4 * k));
    }
    return new Advertisement(
        source, version, settings.id(), u8(datagram, vrrp + 2), interval, addresses);
  }

  private void authenticate(
      ByteBuffer datagram, int ip, int vrrp, boolean signed, int type, int length)
      throws RefusedException {
    Authentication wanted = settings.authentication();
    require(
        type == wanted.number() && signed == (wanted == Authentication.AH),
        Refusal.AUTHENTICATION_TYPE);
    if (wanted == Authentication.PASSWORD) {
      int at = vrrp + length - AUTHENTICATION_LENGTH;
      byte[] found = new byte[AUTHENTICATION_LENGTH];
      datagram.get(at, found);
      require(MessageDigest.isEqual(found, password), Refusal.AUTHENTICATION);
    } else if (signed) {
      byte[] whole = new byte[datagram.capacity()];
      datagram.get(0, whole);
      require(
          header.isSigned(whole, ip) && datagram.getInt(ip + 4) == datagram.getInt(SOURCE),
          Refusal.AUTHENTICATION);
      int number = datagram.getInt(ip + 8);
      require(Integer.compareUnsigned(number, sequence) > 0, Refusal.REPLAYED);
      sequence = number;
    }
  }

  // --- checksums ---

  /** Of a message as it is: 0 if the one in it is right. */
  private int checksum(ByteBuffer datagram, int vrrp, int length) {
    long sum = sum(datagram, vrrp, length);
    if (settings.version() == 3) {
      sum += sum(datagram, SOURCE, 8) + PROTOCOL + length;
    }
    return ~fold(sum) & 0xffff;
  }

  private static long sum(ByteBuffer bytes, int from, int length) {
    long sum = 0;
    for (int k = from; k < from + (length & ~1); k += 2) {
      sum += u16(bytes, k);
    }
    return (length & 1) == 0 ? sum : sum + (u8(bytes, from + length - 1) << 8);
  }

  private static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) folded;
  }

  private static int u8(ByteBuffer bytes, int at) {
    return bytes.get(at) & 0xff;
  }

  private static int u16(ByteBuffer bytes, int at) {
    return bytes.getShort(at) & 0xffff;
  }
}
