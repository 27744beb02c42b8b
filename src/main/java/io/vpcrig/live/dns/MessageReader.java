package io.vpcrig.live.dns;

import io.vpcrig.live.host.StreamService;
import java.util.Arrays;
import java.util.function.Consumer;

/** Messages out of a connection, each behind its length in two bytes (RFC 1035 4.2.2). */
final class MessageReader implements StreamService.Reader {
  private static final int PREFIX = 2;

  private final Consumer<byte[]> messages;
  private byte[] waiting = {};

  MessageReader(Consumer<byte[]> messages) {
    this.messages = messages;
  }

  @Override
  public void receive(byte[] data) {
    int known = waiting.length;
    waiting = Arrays.copyOf(waiting, known + data.length);
    System.arraycopy(data, 0, waiting, known, data.length);
    int from = 0;
    while (waiting.length - from >= PREFIX) {
      int end = from + PREFIX + ((waiting[from] & 0xff) << 8 | waiting[from + 1] & 0xff);
      if (end > waiting.length) {
        break;
      }
      messages.accept(Arrays.copyOfRange(waiting, from + PREFIX, end));
      from = end;
    }
    waiting = Arrays.copyOfRange(waiting, from, waiting.length);
  }

  /** A message with its length before it. */
  static byte[] framed(byte[] message) {
    byte[] all = new byte[PREFIX + message.length];
    all[0] = (byte) (message.length >> 8);
    all[1] = (byte) message.length;
    System.arraycopy(message, 0, all, PREFIX, message.length);
    return all;
  }
}
