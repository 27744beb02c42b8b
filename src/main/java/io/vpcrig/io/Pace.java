package io.vpcrig.io;

/**
 * When frames are due.
 *
 * @param factor times the speed of the capture's own timestamps; 0 if they do not matter
 * @param framesPerSecond fixed rate; 0 if none
 */
public record Pace(double factor, double framesPerSecond) {
  /** As fast as possible. */
  public static final Pace MAX = new Pace(0, 0);

  /**
   * Reads {@code max}, {@code recorded}, {@code xN} (N times as fast as recorded) or a number of
   * frames per second.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static Pace parse(String text) {
    try {
      if (text.equals("max")) {
        return MAX;
      }
      if (text.equals("recorded")) {
        return new Pace(1, 0);
      }
      double value = Double.parseDouble(text.startsWith("x") ? text.substring(1) : text);
      if (value > 0 && value < 1e12) {
        return text.startsWith("x") ? new Pace(value, 0) : new Pace(0, value);
      }
    } catch (NumberFormatException e) {
      // Told below, like every other value that is not legal.
    }
    throw new IllegalArgumentException(
        "speed '" + text + "'; write max, recorded, xN (such as x10) or frames per second");
  }

  public boolean isMax() {
    return factor == 0 && framesPerSecond == 0;
  }

  /**
   * Nanoseconds after the first frame at which a frame is due.
   *
   * @param sinceFirstNs by the capture's timestamps
   * @param index 0-based number of the frame
   */
  long dueNs(long sinceFirstNs, long index) {
    return factor > 0 ? (long) (sinceFirstNs / factor) : (long) (index * (1e9 / framesPerSecond));
  }
}
