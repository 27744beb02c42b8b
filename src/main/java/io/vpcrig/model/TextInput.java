package io.vpcrig.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** Opens text that may be compressed by gzip (RFC 1952), told by its first two bytes. */
public final class TextInput {
  private static final int BUFFER = 1 << 16;

  private TextInput() {}

  /** The text in ISO 8859-1, a character a byte. */
  public static BufferedReader open(InputStream file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(plain(file), StandardCharsets.ISO_8859_1), BUFFER);
  }

  /** The bytes of the text. */
  public static InputStream plain(InputStream file) throws IOException {
    var pushback = new PushbackInputStream(file, 2);
    byte[] magic = pushback.readNBytes(2);
    pushback.unread(magic);
    boolean gzip = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
    return gzip ? new GZIPInputStream(pushback, BUFFER) : pushback;
  }
}
