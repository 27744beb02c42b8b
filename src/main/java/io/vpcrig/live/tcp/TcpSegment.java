package io.vpcrig.live.tcp;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A TCP segment (RFC 9293 3.1).
 *
 * @param window bytes, never scaled
 * @param mss the option of that name; 0 if it is not there
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record TcpSegment(
    int sourcePort,
    int destinationPort,
    int sequence,
    int acknowledgement,
    int flags,
    int window,
    int mss,
    byte[] payload) {
  static final int FIN = 1;
  static final int SYN = 2;
  static final int RST = 4;
  static final int PSH = 8;
  static final int ACK = 16;

  static final int HEADER = 20;
  private static final int MSS = 2;
  private static final int MSS_LENGTH = 4;
  private static final int END = 0;
  private static final int NOP = 1;

  /** Reads a segment whose header was found valid. */
  static TcpSegment parse(byte[] data) {
    ByteBuffer in = ByteBuffer.wrap(data);
    int header = Math.clamp((data[12] >> 4 & 15) << 2, HEADER, data.length);
    return new TcpSegment(
        in.getShort(0) & 0xffff,
        in.getShort(2) & 0xffff,
        in.getInt(4),
        in.getInt(8),
        data[13] & 0xff,
        in.getShort(14) & 0xffff,
        mss(data, header),
        Arrays.copyOfRange(data, header, data.length));
  }

  private static int mss(byte[] data, int header) {
    int at = HEADER;
    while (at < header && data[at] != END) {
      int length = data[at] == NOP ? 1 : at + 1 < header ? data[at + 1] & 0xff : 0;
      if (length == 0 || length == 1 && data[at] != NOP || at + length > header) {
        return 0;
      }
      if (data[at] == MSS && length == MSS_LENGTH) {
        return (data[at + 2] & 0xff) << 8 | data[at + 3] & 0xff;
      }
      at += length;
    }
    return 0;
  }

  /** The segment as it is sent, its checksum left out. */
  byte[] bytes() {
    int header = mss == 0 ? HEADER : HEADER + MSS_LENGTH;
    ByteBuffer out = ByteBuffer.allocate(header + payload.length);
    out.putShort((short) sourcePort).putShort((short) destinationPort);
    out.putInt(sequence).putInt(acknowledgement);
    out.put((byte) (header / 4 << 4)).put((byte) flags).putShort((short) window);
    out.putShort((short) 0).putShort((short) 0);
    if (mss != 0) {
      out.put((byte) MSS).put((byte) MSS_LENGTH).putShort((short) mss);
    }
    out.put(payload);
    return out.array();
  }

  boolean is(int flag) {
    return (flags & flag) != 0;
  }

  /** Sequence numbers that it takes. */
  int length() {
    return payload.length + (is(SYN) ? 1 : 0) + (is(FIN) ? 1 : 0);
  }
}
