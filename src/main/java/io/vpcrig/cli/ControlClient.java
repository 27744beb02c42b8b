package io.vpcrig.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The other end of a router's control socket. Thread: one; {@link #close} any. */
final class ControlClient implements AutoCloseable {
  private static final int MOST_BYTES = 1 << 24;

  private final Path path;
  private final SocketChannel channel;
  private final DataInputStream in;
  private final ObjectMapper mapper = new ObjectMapper();
  private byte[] bytes = new byte[0];

  /**
   * Connects.
   *
   * @throws IOException with a sentence, if nobody listens there
   */
  ControlClient(Path path) throws IOException {
    this.path = path;
    try {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    } catch (SocketException e) {
      throw new IOException(path + ": no router listens there (" + e.getMessage() + ")", e);
    }
    in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
  }

  void send(String line) throws IOException {
    ByteBuffer text = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (text.hasRemaining()) {
      channel.write(text);
    }
  }

  /** Arguments of tap and trace, each with a space before it. */
  static String arguments(Long count, List<String> filter) {
    return (count == null ? "" : " count=" + count)
        + (filter.isEmpty() ? "" : " filter=" + String.join(" ", filter).replace('\n', ' '));
  }

  /** The next line; what stands behind it is in {@link #bytes}. */
  JsonNode next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
        line.write(b);
      }
      JsonNode json = mapper.readTree(line.toByteArray());
      int length = json.path("bytes").asInt();
      if (length < 0 || length > MOST_BYTES) {
        throw new IOException(path + ": no router of this kind answers there");
      }
      bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException();
      }
      return json;
    } catch (EOFException e) {
      throw new IOException(path + ": the router has gone", e);
    } catch (JsonProcessingException e) {
      throw new IOException(path + ": no router of this kind answers there", e);
    }
  }

  /** What stood behind the line; empty if nothing. */
  byte[] bytes() {
    return bytes;
  }

  /** The last line of an answer. */
  JsonNode last() throws IOException {
    JsonNode line = next();
    while (!line.has("ok")) {
      line = next();
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
