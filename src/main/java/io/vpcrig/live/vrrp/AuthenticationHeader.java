package io.vpcrig.live.vrrp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The IP authentication header between IPv4 and VRRP (RFC 2402, RFC 2403), as keepalived has it.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------+---------------+-------------------------------+
 *   | next (112)    | words - 2 (4) |          reserved (0)         |
 *   +---------------+---------------+-------------------------------+
 *   |         security parameters index: the source address         |
 *   +---------------------------------------------------------------+
 *   |                        sequence number                        |
 *   +---------------------------------------------------------------+
 *   |      first 96 bits of HMAC-MD5 over the datagram (12)  ...    |
 *   +---------------------------------------------------------------+
 * </pre>
 *
 * For the digest, type of service, fragment word and header checksum count as 0, and so does the
 * digest itself. RFC 2402 counts the TTL as 0, too; keepalived does not for multicast, and VRRP
 * demands 255 anyway. The key is the eight bytes of the secret, with zeros at its end.
 *
 * <p>Thread: one.
 */
final class AuthenticationHeader {
  static final int LENGTH = 24;
  static final int PROTOCOL = 51;

  private static final int DIGEST = 12;
  private static final int DIGEST_LENGTH = 12;
  private static final int SECRET_LENGTH = 8;
  private static final int TYPE_OF_SERVICE = 1;
  private static final int FRAGMENT = 6;
  private static final int CHECKSUM = 10;

  private final Mac mac;

  AuthenticationHeader(String secret) {
    byte[] key = Arrays.copyOf(secret.getBytes(StandardCharsets.US_ASCII), SECRET_LENGTH);
    try {
      mac = Mac.getInstance("HmacMD5");
      mac.init(new SecretKeySpec(key, "HmacMD5"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC-MD5", e);
    }
  }

  /** Puts the digest of a datagram that is whole but for it into its place. */
  void sign(byte[] datagram, int header) {
    System.arraycopy(digest(datagram, header), 0, datagram, header + DIGEST, DIGEST_LENGTH);
  }

  /** Whether the digest is right. */
  boolean isSigned(byte[] datagram, int header) {
    byte[] found = Arrays.copyOfRange(datagram, header + DIGEST, header + DIGEST + DIGEST_LENGTH);
    return MessageDigest.isEqual(found, digest(datagram, header));
  }

  private byte[] digest(byte[] datagram, int header) {
    byte[] counted = datagram.clone();
    counted[TYPE_OF_SERVICE] = 0;
    Arrays.fill(counted, FRAGMENT, FRAGMENT + 2, (byte) 0);
    Arrays.fill(counted, CHECKSUM, CHECKSUM + 2, (byte) 0);
    Arrays.fill(counted, header + DIGEST, header + DIGEST + DIGEST_LENGTH, (byte) 0);
    return Arrays.copyOf(mac.doFinal(counted), DIGEST_LENGTH);
  }
}
