package io.vpcrig.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.Long2LongHashMap;

/**
 * Other addresses instead of real ones, by a seed alone: addresses with a common prefix have one of
 * the same length afterwards, and no two become one (Xu, Fan, Ammar, Moon, "Prefix-preserving IP
 * address anonymization", 2002). Bit k is flipped or not as AES says of the k bits before it, under
 * a key made of the seed.
 *
 * <p>Kept as they are: prefixes that are named, 0.0.0.0/8, 127.0.0.0/8, multicast and what lies
 * behind it; of MACs the first octet (group, local) and group addresses. Prefixes that would have
 * to leave their half for a kept one stay in it.
 */
public final class Anonymizer implements AddressChange {
  /** A prefix that keeps its addresses. */
  public record Kept(int network, int length) {}

  private static final List<Kept> ALWAYS =
      List.of(new Kept(0, 8), new Kept(127 << 24, 8), new Kept(0xe0 << 24, 3));
  private static final int MAC_BITS = 48;
  private static final int KEPT_MAC_BITS = 8;
  private static final int MOST_KNOWN = 1 << 20;
  private static final int NOT_KNOWN = 0;

  private final List<Kept> kept;
  private final Cipher cipher;
  private final byte[] block = new byte[16];
  private final byte[] out = new byte[16];
  private final ByteBuffer fields = ByteBuffer.wrap(block);
  private final Int2IntHashMap known = new Int2IntHashMap(NOT_KNOWN);
  private final Long2LongHashMap knownMacs = new Long2LongHashMap(NOT_KNOWN);

  /**
   * @param seed any text
   * @param kept prefixes whose addresses stay, beside those that always do
   */
  public Anonymizer(String seed, List<Kept> kept) {
    this.kept = java.util.stream.Stream.concat(ALWAYS.stream(), kept.stream()).toList();
    try {
      byte[] key =
          MessageDigest.getInstance("SHA-256").digest(seed.getBytes(StandardCharsets.UTF_8));
      cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 0, 16, "AES"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256 and AES", e);
    }
  }

  @Override
  public int address(int address) {
    int found = known.get(address);
    if (found == NOT_KNOWN) {
      found = permuted(address);
      if (known.size() == MOST_KNOWN) {
        known.clear();
      }
      if (found != NOT_KNOWN) {
        known.put(address, found);
      }
    }
    return found;
  }

  private int permuted(int address) {
    int flips = 0;
    for (int k = 0; k < Integer.SIZE; k++) {
      int prefix = k == 0 ? 0 : address >>> Integer.SIZE - k << Integer.SIZE - k;
      if (!isFixed(prefix, k) && flips(Integer.toUnsignedLong(prefix), Integer.SIZE, k)) {
        flips |= 1 << Integer.SIZE - 1 - k;
      }
    }
    return address ^ flips;
  }

  /** Whether the two halves of a prefix must not change places: a kept one lies in it, or it in. */
  private boolean isFixed(int prefix, int length) {
    for (Kept one : kept) {
      int common = Math.min(length, one.length());
      if (common == 0 || (prefix ^ one.network()) >>> Integer.SIZE - common == 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long mac(long mac) {
    if (mac == 0 || AddressMap.isGroup(mac)) {
      return mac;
    }
    long found = knownMacs.get(mac);
    if (found == NOT_KNOWN) {
      long flips = 0;
      for (int k = KEPT_MAC_BITS; k < MAC_BITS; k++) {
        long prefix = mac >>> MAC_BITS - k << MAC_BITS - k;
        if (flips(prefix, MAC_BITS, k)) {
          flips |= 1L << MAC_BITS - 1 - k;
        }
      }
      found = mac ^ flips;
      if (knownMacs.size() == MOST_KNOWN) {
        knownMacs.clear();
      }
      if (found != NOT_KNOWN) {
        knownMacs.put(mac, found);
      }
    }
    return found;
  }

  private boolean flips(long prefix, int width, int length) {
    fields.putInt(0, width).putInt(4, length).putLong(8, prefix);
    try {
      cipher.doFinal(block, 0, block.length, out);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a whole block needs no padding", e);
    }
    return out[0] < 0;
  }

  @Override
  public boolean placesFramesOf(int address) {
    return false;
  }
}
