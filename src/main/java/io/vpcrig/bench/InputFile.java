package io.vpcrig.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file that was measured with, told by what is in it: its place differs from machine to machine.
 *
 * @param name without folders
 * @param sha256 of the bytes as they are in the file, lower-case hexadecimal (FIPS 180-4)
 */
public record InputFile(String name, long bytes, String sha256) {
  private static final int BUFFER = 1 << 16;

  /** Reads the file once. */
  public static InputFile of(Path file) throws IOException {
    MessageDigest digest = newSha256();
    long bytes = 0;
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        bytes += n;
      }
    }
    return new InputFile(
        String.valueOf(file.getFileName()), bytes, HexFormat.of().formatHex(digest.digest()));
  }

  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", name)
        .put("bytes", bytes)
        .put("sha256", sha256);
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }
}
