package io.vpcrig.header;

/** What is done about the checksums of frames that come in. */
public enum ChecksumPolicy {
  /**
   * A wrong IPv4, TCP, UDP or ICMP checksum is a drop; rewriting adjusts checksums incrementally.
   */
  VERIFY,

  /**
   * For captures made with checksum offload: checksums are not looked at, and rewriting computes
   * them in full ({@link Checksum#repair}).
   */
  REPAIR
}
