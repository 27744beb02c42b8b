package io.vpcrig.config.foreign;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.MalformedLineException;

/** Addresses in JSON. */
final class Addresses {
  private Addresses() {}

  static boolean isIpv6(String text) {
    return text.indexOf(':') >= 0;
  }

  static Cidr cidr(JsonValue value) throws MalformedLineException {
    return cidr(value, value.text());
  }

  static Cidr cidr(JsonValue value, String text) throws MalformedLineException {
    try {
      return Ipv4Text.parseCidr(text);
    } catch (IllegalArgumentException e) {
      throw value.malformed(e.getMessage());
    }
  }

  /** Without host bits, as formats want it that refuse them. */
  static Cidr network(Cidr cidr) {
    return new Cidr(cidr.network(), cidr.length());
  }
}
