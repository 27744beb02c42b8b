package io.vpcrig.bench;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rate as people give it: frames a second, or a part of the most there can be.
 *
 * @param text as given
 * @param value frames a second, or a part, above 0
 * @param part whether it is a part of the highest rate
 */
public record OfferedRate(String text, double value, boolean part) {
  private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(%|[kKmM]?)");

  /**
   * From {@code 1500000}, {@code 1.5M}, {@code 900k} or {@code 50%}.
   *
   * @throws IllegalArgumentException with what is legal
   */
  public static OfferedRate parse(String text) {
    Matcher matcher = FORM.matcher(text);
    double number = matcher.matches() ? Double.parseDouble(matcher.group(1)) : 0;
    if (!(number > 0) || matcher.group(2).equals("%") && number > 100) {
      throw new IllegalArgumentException(
          "rate '" + text + "', legal: above 0, like 1500000, 1.5M, 900k, or 50% up to 100%");
    }
    return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
      case "%" -> new OfferedRate(text, number / 100, true);
      case "k" -> new OfferedRate(text, number * 1e3, false);
      case "m" -> new OfferedRate(text, number * 1e6, false);
      default -> new OfferedRate(text, number, false);
    };
  }

  /** Frames a second, where {@code most} is the highest rate. */
  public double of(double most) {
    return part ? value * most : value;
  }
}
