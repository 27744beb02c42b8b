package io.vpcrig.model;

import java.util.OptionalLong;

/** A named address in a tier. */
public record Host(String name, String tier, int address, OptionalLong mac, Origin origin) {
  /** The given MAC, or 02:00 and the address. */
  public long macOrDerived() {
    return mac.orElse(Segment.derivedMac(address));
  }
}
