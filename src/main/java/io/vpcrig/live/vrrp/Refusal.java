package io.vpcrig.live.vrrp;

/** Why a message of the VRRP group is not looked at any further (RFC 5798 7.1, RFC 3768 7.1). */
public enum Refusal {
  /** No whole IPv4 datagram of VRRP or of AH. */
  MALFORMED("malformed"),
  /** It came through a router: its TTL is not 255. */
  FORWARDED("TTL not 255"),
  VERSION("other version"),
  /** Another virtual router's: no fault. */
  FOREIGN("other virtual router"),
  CHECKSUM("wrong checksum"),
  /** Another kind of authentication than ours. */
  AUTHENTICATION_TYPE("other authentication"),
  /** Another secret than ours. */
  AUTHENTICATION("wrong secret"),
  /** Its sequence number was seen before. */
  REPLAYED("replayed"),
  /** Another interval than ours, which version 2 does not allow. */
  INTERVAL("other interval"),
  /** Our own, come back. */
  OWN("our own");

  private final String words;

  Refusal(String words) {
    this.words = words;
  }

  /** A few words for reports. */
  public String words() {
    return words;
  }
}
