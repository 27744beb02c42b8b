package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimestampScaleTest {
  private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000L);
  private static final BigInteger LATEST = BigInteger.valueOf(TimestampScale.LATEST_NS);

  /** The definition, in numbers without end. */
  private static long slow(int resolution, long offsetSeconds, long units) {
    BigInteger value = new BigInteger(Long.toUnsignedString(units)).multiply(NANOS);
    int exponent = resolution & 0x7f;
    BigInteger perSecond =
        (resolution & 0x80) != 0 ? BigInteger.TWO.pow(exponent) : BigInteger.TEN.pow(exponent);
    BigInteger ns = value.divide(perSecond).min(LATEST);
    BigInteger limit = BigInteger.valueOf(1L << 33);
    BigInteger offset = BigInteger.valueOf(offsetSeconds).min(limit).max(limit.negate());
    return ns.add(offset.multiply(NANOS)).max(BigInteger.ZERO).min(LATEST).longValueExact();
  }

  @Test
  void agreesWithTheDefinitionForEveryLegalResolution() {
    long seed = 99;
    SplittableRandom random = new SplittableRandom(seed);
    for (int resolution = 0; resolution < 256; resolution++) {
      if (!TimestampScale.isLegal(resolution)) {
        continue;
      }
      for (int round = 0; round < 400; round++) {
        long offset = random.nextBoolean() ? 0 : random.nextLong() >> random.nextInt(64);
        long units = random.nextLong() >>> random.nextInt(64);
        int shown = resolution;
        assertEquals(
            slow(resolution, offset, units),
            new TimestampScale(resolution, offset).toNs(units),
            () -> "resolution " + shown + " offset " + offset + " units " + units);
      }
    }
  }

  @Test
  void knowsWhichResolutionsFit() {
    assertTrue(TimestampScale.isLegal(27));
    assertFalse(TimestampScale.isLegal(28));
    assertTrue(TimestampScale.isLegal(0x80 | 63));
    assertFalse(TimestampScale.isLegal(0x80 | 64));
  }
}
