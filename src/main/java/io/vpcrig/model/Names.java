package io.vpcrig.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Names the operator gives: what is legal, and what was probably meant. */
public final class Names {
  /** Longest name. */
  public static final int MAX_LENGTH = 63;

  /** What {@link #isLegal} asks for, as half a sentence. */
  public static final String RULE =
      "legal are 1..63 letters, digits, '-', '_' and '.', beginning with a letter, digit or '_',"
          + " at least one letter";

  private static final int LISTED = 12;

  private Names() {}

  /** Whether a name can't be taken for anything else in a flow or a file. */
  public static boolean isLegal(String name) {
    return name.length() <= MAX_LENGTH
        && name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")
        && name.chars().anyMatch(c -> c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z');
  }

  /**
   * The end of a sentence about an unknown name: {@code ; did you mean 'web1'?} where one is near,
   * otherwise what there is.
   */
  public static String suggest(String name, Collection<String> known) {
    if (known.isEmpty()) {
      return "; there are none";
    }
    Optional<String> nearest = nearest(name, known);
    if (nearest.isPresent()) {
      return "; did you mean '" + nearest.get() + "'?";
    }
    String all = String.join(", ", known.stream().limit(LISTED).toList());
    return "; there "
        + (known.size() == 1 ? "is " : "are ")
        + all
        + (known.size() > LISTED ? " and " + (known.size() - LISTED) + " more" : "");
  }

  /** The known name that differs least, if it differs little. */
  public static Optional<String> nearest(String name, Collection<String> known) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int limit = name.isEmpty() ? -1 : Math.max(1, Math.min(name.length(), MAX_LENGTH) / 3);
    return known.stream()
        .filter(other -> distance(wanted, other.toLowerCase(Locale.ROOT)) <= limit)
        .min(Comparator.comparingInt(other -> distance(wanted, other.toLowerCase(Locale.ROOT))));
  }

  /** Letters to insert, delete, change or swap with their neighbour to get from a to b. */
  static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > MAX_LENGTH / 3) {
      return Integer.MAX_VALUE;
    }
    int[] before = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] now = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        now[j] = Math.min(Math.min(now[j - 1] + 1, last[j] + 1), last[j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          now[j] = Math.min(now[j], before[j - 2] + 1);
        }
      }
      int[] spare = before;
      before = last;
      last = now;
      now = spare;
    }
    return last[b.length()];
  }
}
