package io.vpcrig.query.regions;

import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a header changes on its way.
 *
 * @param source new source address; empty: it stays
 * @param destination new destination address; empty: it stays, or is that of a {@link Pool}'s
 *     member
 * @param portShift what is added to the destination port
 */
public record Rewriting(OptionalInt source, OptionalInt destination, int portShift) {
  public static final Rewriting NONE = new Rewriting(OptionalInt.empty(), OptionalInt.empty(), 0);

  /** To another destination; the same for an address that is not another. */
  static Rewriting to(int dialled, int destination, int portShift) {
    return new Rewriting(
        OptionalInt.empty(),
        dialled == destination ? OptionalInt.empty() : OptionalInt.of(destination),
        portShift);
  }

  /** To other ports alone. */
  static Rewriting shifting(int portShift) {
    return new Rewriting(OptionalInt.empty(), OptionalInt.empty(), portShift);
  }

  Rewriting towards(int address) {
    return new Rewriting(source, OptionalInt.of(address), portShift);
  }

  Rewriting from(int address) {
    return new Rewriting(OptionalInt.of(address), destination, portShift);
  }

  /** The header as it leaves. */
  public Header apply(Header header) {
    return new Header(
        source.orElse(header.source()),
        destination.orElse(header.destination()),
        header.sourcePort(),
        header.destinationPort() + portShift,
        header.protocol());
  }

  /**
   * Which headers are in a box once their destination is rewritten; empty if none is. Where the
   * destination is rewritten, any dialled one will do: the set it is applied to has but one.
   */
  Optional<Box> pullBack(Box box) {
    Box before = box;
    if (destination.isPresent()) {
      long address = Integer.toUnsignedLong(destination.getAsInt());
      if (address < box.first(Field.DESTINATION) || address > box.last(Field.DESTINATION)) {
        return Optional.empty();
      }
      before = before.with(Field.DESTINATION, 0, Field.DESTINATION.last());
    }
    if (portShift != 0) {
      long first = Math.max(0, box.first(Field.DESTINATION_PORT) - portShift);
      long last =
          Math.min(Field.DESTINATION_PORT.last(), box.last(Field.DESTINATION_PORT) - portShift);
      if (first > last) {
        return Optional.empty();
      }
      before = before.with(Field.DESTINATION_PORT, first, last);
    }
    return Optional.of(before);
  }
}
