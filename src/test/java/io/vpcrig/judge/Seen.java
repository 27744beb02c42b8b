package io.vpcrig.judge;

/**
 * A datagram as it left a router.
 *
 * @param segment index of the segment it left by
 * @param datagram from the IPv4 header on
 */
record Seen(int segment, byte[] datagram) {
  @Override
  public String toString() {
    return "segment " + segment + ": " + Datagrams.text(datagram);
  }
}
