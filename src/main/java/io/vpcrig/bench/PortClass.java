package io.vpcrig.bench;

import io.vpcrig.model.PortRange;

/** The five kinds of port range that ClassBench tells apart. */
enum PortClass {
  /** Any port. */
  WC,
  /** 1024 to 65535. */
  HI,
  /** 0 to 1023. */
  LO,
  /** One port. */
  EM,
  /** Another range. */
  AR;

  private static final PortRange HIGH = new PortRange(1024, 65535);
  private static final PortRange LOW = new PortRange(0, 1023);

  static PortClass of(PortRange ports) {
    if (ports.equals(PortRange.ALL)) {
      return WC;
    }
    if (ports.equals(HIGH)) {
      return HI;
    }
    if (ports.equals(LOW)) {
      return LO;
    }
    return ports.size() == 1 ? EM : AR;
  }

  /** Whether the class alone does not tell which ports. */
  boolean hasValues() {
    return this == EM || this == AR;
  }

  /** The range of a class without values. */
  PortRange range() {
    return switch (this) {
      case WC -> PortRange.ALL;
      case HI -> HIGH;
      case LO -> LOW;
      case EM, AR -> throw new IllegalStateException(this + " is many ranges");
    };
  }
}
