package io.vpcrig.config.foreign;

import io.vpcrig.model.Origin;
import java.util.Locale;

/**
 * Something of a rule list that did not survive reading or writing.
 *
 * @param origin where it was written
 * @param what the construct, and what became of it
 */
public record Loss(Origin origin, Kind kind, String what) {
  /** How bad it is. */
  public enum Kind {
    /** True of the packet that the list is about (a connection's first); nothing is lost of it. */
    ASSUMED,
    /** The list means something else than what was written. */
    LOST,
    /** A rule that no packet matches was left out; nothing is lost of it. */
    EMPTY
  }

  static Loss assumed(Origin origin, String what) {
    return new Loss(origin, Kind.ASSUMED, what);
  }

  static Loss lost(Origin origin, String what) {
    return new Loss(origin, Kind.LOST, what);
  }

  static Loss empty(Origin origin, String what) {
    return new Loss(origin, Kind.EMPTY, what);
  }

  public boolean isLost() {
    return kind == Kind.LOST;
  }

  /** {@code file:line: lost: what}. */
  @Override
  public String toString() {
    return origin + ": " + kind.name().toLowerCase(Locale.ROOT) + ": " + what;
  }
}
