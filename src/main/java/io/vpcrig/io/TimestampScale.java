package io.vpcrig.io;

import java.math.BigInteger;

/**
 * How the timestamps of a pcapng interface become nanoseconds since the epoch. Timestamps are
 * clamped to 0..{@link #LATEST_NS}, so that time-outs can be added to them without overflow.
 */
final class TimestampScale {
  /** 2^33 seconds after the epoch, in the year 2242. */
  static final long LATEST_NS = (1L << 33) * 1_000_000_000L;

  /** Microseconds: what holds where an interface says nothing. */
  static final int DEFAULT = 6;

  private static final long NANOS = 1_000_000_000L;
  private static final int LONGEST_DECIMAL = 27;

  private final int binaryBits;
  private final long factor;
  private final long divisor;
  private final long offsetNs;
  private final String text;

  /**
   * @param resolution if_tsresol: bit 7 set: units of 2^-n s, else of 10^-n s; see {@link #isLegal}
   * @param offsetSeconds if_tsoffset, added to every timestamp
   */
  TimestampScale(int resolution, long offsetSeconds) {
    int exponent = resolution & 0x7f;
    boolean binary = (resolution & 0x80) != 0;
    binaryBits = binary ? exponent : -1;
    factor = binary || exponent > 9 ? 1 : power(9 - exponent);
    divisor = binary || exponent <= 9 ? 1 : power(exponent - 9);
    long limit = LATEST_NS / NANOS;
    offsetNs = Math.max(-limit, Math.min(limit, offsetSeconds)) * NANOS;
    text = (binary ? "2^-" : "10^-") + exponent + " s";
  }

  /** Whether timestamps of this resolution fit 64 bits in a way that means something. */
  static boolean isLegal(int resolution) {
    return (resolution & 0x7f) <= ((resolution & 0x80) != 0 ? 63 : LONGEST_DECIMAL);
  }

  /**
   * @param units unsigned 64 bits
   */
  long toNs(long units) {
    return shifted(binaryBits < 0 ? decimal(units) : binary(units));
  }

  private long decimal(long units) {
    if (divisor != 1) {
      return clamp(Long.divideUnsigned(units, divisor));
    }
    return Long.compareUnsigned(units, LATEST_NS / factor) > 0 ? LATEST_NS : units * factor;
  }

  private long binary(long units) {
    long seconds = units >>> binaryBits;
    if (Long.compareUnsigned(seconds, LATEST_NS / NANOS) >= 0) {
      return LATEST_NS;
    }
    if (binaryBits == 0) {
      return seconds * NANOS;
    }
    long fraction = units & ((1L << binaryBits) - 1);
    long high = Math.unsignedMultiplyHigh(fraction, NANOS);
    long low = fraction * NANOS;
    return seconds * NANOS + (high << (64 - binaryBits) | low >>> binaryBits);
  }

  private long shifted(long ns) {
    if (offsetNs > 0 && ns > LATEST_NS - offsetNs) {
      return LATEST_NS;
    }
    return Math.max(0, ns + offsetNs);
  }

  private static long clamp(long ns) {
    return Long.compareUnsigned(ns, LATEST_NS) > 0 ? LATEST_NS : ns;
  }

  private static long power(int exponent) {
    return BigInteger.TEN.pow(exponent).longValueExact();
  }

  @Override
  public String toString() {
    return text;
  }
}
