package io.vpcrig.model;

import java.util.List;
import java.util.Optional;

/** ICMP types and codes that have a name (RFC 792, 950, 1122, 1256, 1812). */
public final class IcmpNames {
  /** Any type, or any code, in rules. */
  public static final int ANY = -1;

  /**
   * A named message.
   *
   * @param code the code the name stands for; 0 where the type has but one
   */
  public record Message(String name, int type, int code) {}

  /** A type's general name stands before the names of its codes. */
  public static final List<Message> ALL =
      List.of(
          new Message("echo-reply", 0, 0),
          new Message("network-unreachable", 3, 0),
          new Message("host-unreachable", 3, 1),
          new Message("protocol-unreachable", 3, 2),
          new Message("port-unreachable", 3, 3),
          new Message("fragmentation-needed", 3, 4),
          new Message("source-route-failed", 3, 5),
          new Message("network-prohibited", 3, 9),
          new Message("host-prohibited", 3, 10),
          new Message("communication-prohibited", 3, 13),
          new Message("source-quench", 4, 0),
          new Message("network-redirect", 5, 0),
          new Message("host-redirect", 5, 1),
          new Message("echo-request", 8, 0),
          new Message("router-advertisement", 9, 0),
          new Message("router-solicitation", 10, 0),
          new Message("time-exceeded", 11, 0),
          new Message("reassembly-time-exceeded", 11, 1),
          new Message("parameter-problem", 12, 0),
          new Message("timestamp-request", 13, 0),
          new Message("timestamp-reply", 14, 0),
          new Message("address-mask-request", 17, 0),
          new Message("address-mask-reply", 18, 0));

  private IcmpNames() {}

  /** The message of a name. */
  public static Optional<Message> find(String name) {
    return ALL.stream().filter(message -> message.name().equals(name)).findFirst();
  }

  /** The name of exactly this type and code; otherwise {@code type 3 code 7}. */
  public static String format(int type, int code) {
    return ALL.stream()
        .filter(message -> message.type() == type && message.code() == code)
        .map(Message::name)
        .findFirst()
        .orElse("type " + type + " code " + code);
  }
}
