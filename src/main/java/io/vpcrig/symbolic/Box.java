package io.vpcrig.symbolic;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Headers whose every field is in one range: what a rule matches. Never empty; immutable. */
public final class Box {
  /** Every header. */
  public static final Box ALL = new Box(new long[Field.COUNT], lasts());

  private final long[] first;
  private final long[] last;

  private Box(long[] first, long[] last) {
    this.first = first;
    this.last = last;
  }

  private static long[] lasts() {
    return Arrays.stream(Field.values()).mapToLong(Field::last).toArray();
  }

  /** What a rule matches. */
  public static Box of(FilterRule rule) {
    return of(
        rule.source(),
        rule.destination(),
        rule.sourcePorts(),
        rule.destinationPorts(),
        rule.protocol());
  }

  /**
   * @param protocol 0..255 or {@link Protocol#ALL}
   */
  public static Box of(
      Cidr source,
      Cidr destination,
      PortRange sourcePorts,
      PortRange destinationPorts,
      int protocol) {
    boolean any = protocol == Protocol.ALL;
    return new Box(
        new long[] {
          Integer.toUnsignedLong(source.network()),
          Integer.toUnsignedLong(destination.network()),
          sourcePorts.first(),
          destinationPorts.first(),
          any ? 0 : protocol
        },
        new long[] {
          Integer.toUnsignedLong(source.last()),
          Integer.toUnsignedLong(destination.last()),
          sourcePorts.last(),
          destinationPorts.last(),
          any ? 255 : protocol
        });
  }

  /** The same but for one field. */
  public Box with(Field field, long from, long to) {
    if (from < 0 || from > to || to > field.last()) {
      throw new IllegalArgumentException(field + " " + from + "-" + to);
    }
    long[] firsts = first.clone();
    long[] lasts = last.clone();
    firsts[field.ordinal()] = from;
    lasts[field.ordinal()] = to;
    return new Box(firsts, lasts);
  }

  public long first(Field field) {
    return first[field.ordinal()];
  }

  public long last(Field field) {
    return last[field.ordinal()];
  }

  /** Whether a field may have any value. */
  public boolean isAny(Field field) {
    return first(field) == 0 && last(field) == field.last();
  }

  public boolean contains(Header header) {
    for (Field field : Field.values()) {
      long value = header.field(field);
      if (value < first(field) || value > last(field)) {
        return false;
      }
    }
    return true;
  }

  public boolean contains(Box other) {
    for (int f = 0; f < Field.COUNT; f++) {
      if (other.first[f] < first[f] || other.last[f] > last[f]) {
        return false;
      }
    }
    return true;
  }

  public boolean overlaps(Box other) {
    for (int f = 0; f < Field.COUNT; f++) {
      if (other.first[f] > last[f] || other.last[f] < first[f]) {
        return false;
      }
    }
    return true;
  }

  /** Headers of both. */
  public Optional<Box> and(Box other) {
    if (!overlaps(other)) {
      return Optional.empty();
    }
    long[] firsts = first.clone();
    long[] lasts = last.clone();
    for (int f = 0; f < Field.COUNT; f++) {
      firsts[f] = Math.max(firsts[f], other.first[f]);
      lasts[f] = Math.min(lasts[f], other.last[f]);
    }
    return Optional.of(new Box(firsts, lasts));
  }

  /** What is left without another, as at most ten boxes that do not overlap. */
  public List<Box> minus(Box other) {
    if (!overlaps(other)) {
      return List.of(this);
    }
    List<Box> left = new ArrayList<>();
    Box core = this;
    for (Field field : Field.values()) {
      if (core.first(field) < other.first(field)) {
        left.add(core.with(field, core.first(field), other.first(field) - 1));
        core = core.with(field, other.first(field), core.last(field));
      }
      if (core.last(field) > other.last(field)) {
        left.add(core.with(field, other.last(field) + 1, core.last(field)));
        core = core.with(field, core.first(field), other.last(field));
      }
    }
    return left;
  }

  /** The one header. */
  public static Box of(Header header) {
    Box box = ALL;
    for (Field field : Field.values()) {
      box = box.with(field, header.field(field), header.field(field));
    }
    return box;
  }

  /** How many headers. */
  public BigInteger size() {
    BigInteger size = BigInteger.ONE;
    for (Field field : Field.values()) {
      size = size.multiply(BigInteger.valueOf(last(field) - first(field) + 1));
    }
    return size;
  }

  /** The header with the smallest values, but TCP, UDP or ICMP where any of them is in it. */
  public Header pick() {
    int protocol = (int) first(Field.PROTOCOL);
    for (int wanted : new int[] {Protocol.TCP, Protocol.UDP, Protocol.ICMP}) {
      if (wanted >= first(Field.PROTOCOL) && wanted <= last(Field.PROTOCOL)) {
        protocol = wanted;
        break;
      }
    }
    return new Header(
        (int) first(Field.SOURCE),
        (int) first(Field.DESTINATION),
        (int) first(Field.SOURCE_PORT),
        (int) first(Field.DESTINATION_PORT),
        protocol);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Box box
        && Arrays.equals(first, box.first)
        && Arrays.equals(last, box.last);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(first) + Arrays.hashCode(last);
  }

  /** As a rule would be written: {@code tcp 10.0.0.0/8 > 0.0.0.0/0:443}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(protocol()).append(' ').append(address(Field.SOURCE));
    appendPorts(text, Field.SOURCE_PORT);
    text.append(" > ").append(address(Field.DESTINATION));
    if (isOnly(Protocol.ICMP)) {
      return text.append(icmp()).toString();
    }
    appendPorts(text, Field.DESTINATION_PORT);
    return text.toString();
  }

  private boolean isOnly(int protocol) {
    return first(Field.PROTOCOL) == protocol && last(Field.PROTOCOL) == protocol;
  }

  private String protocol() {
    if (isAny(Field.PROTOCOL)) {
      return Protocol.name(Protocol.ALL);
    }
    String from = Protocol.name((int) first(Field.PROTOCOL));
    return first(Field.PROTOCOL) == last(Field.PROTOCOL)
        ? from
        : first(Field.PROTOCOL) + "-" + last(Field.PROTOCOL);
  }

  private String icmp() {
    if (isAny(Field.DESTINATION_PORT)) {
      return "";
    }
    long from = first(Field.DESTINATION_PORT);
    long to = last(Field.DESTINATION_PORT);
    if (from == to) {
      return " type " + (from >>> 8) + " code " + (from & 0xff);
    }
    if ((from & 0xff) == 0 && (to & 0xff) == 0xff) {
      return from >>> 8 == to >>> 8
          ? " type " + (from >>> 8)
          : " type " + (from >>> 8) + "-" + (to >>> 8);
    }
    return " type/code "
        + (from >>> 8)
        + "/"
        + (from & 0xff)
        + "-"
        + (to >>> 8)
        + "/"
        + (to & 0xff);
  }

  /** A prefix where it is one, else the first and the last address. */
  private String address(Field field) {
    long size = last(field) - first(field) + 1;
    if (Long.bitCount(size) == 1 && first(field) % size == 0) {
      int length = 32 - Long.numberOfTrailingZeros(size);
      return new Cidr((int) first(field), length).toString();
    }
    return Ipv4Text.format((int) first(field)) + "-" + Ipv4Text.format((int) last(field));
  }

  private void appendPorts(StringBuilder text, Field field) {
    if (!isAny(field)) {
      text.append(':').append(new PortRange((int) first(field), (int) last(field)));
    }
  }
}
