package io.vpcrig.bench;

import java.util.Locale;

/** Figures as people read them: three digits that count, and a unit. */
public final class Figures {
  private Figures() {}

  /** A rate in millions a second, without its unit. */
  public static String millions(double perSecond) {
    return threeDigits(perSecond / 1e6);
  }

  /** A time in ns, us, ms or s. */
  public static String time(double ns) {
    if (ns < 1e3) {
      return threeDigits(ns) + " ns";
    }
    if (ns < 1e6) {
      return threeDigits(ns / 1e3) + " us";
    }
    return ns < 1e9 ? threeDigits(ns / 1e6) + " ms" : threeDigits(ns / 1e9) + " s";
  }

  /** A size in B, KiB, MiB or GiB. */
  public static String size(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " B";
    }
    if (bytes < 1 << 20) {
      return threeDigits(bytes / 0x1p10) + " KiB";
    }
    return bytes < 1 << 30
        ? threeDigits(bytes / 0x1p20) + " MiB"
        : threeDigits(bytes / 0x1p30) + " GiB";
  }

  /** A part of a whole, in per cent. */
  public static String percent(double part) {
    return Double.isNaN(part) ? "?" : String.format(Locale.ROOT, "%.0f%%", part * 100);
  }

  /** Half of an interval, in per cent of its middle. */
  public static String plusMinus(Confidence confidence) {
    double part = confidence.relative();
    return Double.isNaN(part) ? "-" : String.format(Locale.ROOT, "±%.1f%%", part * 100);
  }

  static String threeDigits(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
