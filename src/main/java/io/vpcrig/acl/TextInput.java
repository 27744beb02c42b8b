package io.vpcrig.acl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** Opens text that may be compressed by gzip (RFC 1952), told by its first two bytes. */
final class TextInput {
  private static final int BUFFER = 1 << 16;

  private TextInput() {}

  static BufferedReader open(InputStream bytes) throws IOException {
    var pushback = new PushbackInputStream(bytes, 2);
    byte[] magic = pushback.readNBytes(2);
    pushback.unread(magic);
    boolean gzip = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
    InputStream plain = gzip ? new GZIPInputStream(pushback, BUFFER) : pushback;
    return new BufferedReader(new InputStreamReader(plain, StandardCharsets.ISO_8859_1), BUFFER);
  }
}
