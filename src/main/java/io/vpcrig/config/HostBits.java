package io.vpcrig.config;

import io.vpcrig.model.Cidr;

/** Prefixes that are written with a host part. */
final class HostBits {
  private HostBits() {}

  static void warn(YamlValue at, Cidr cidr) {
    if (cidr.address() != cidr.network()) {
      at.warning(
          "'"
              + cidr
              + "' has a host part, which is ignored; write "
              + new Cidr(cidr.network(), cidr.length()));
    }
  }
}
