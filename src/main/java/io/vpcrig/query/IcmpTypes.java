package io.vpcrig.query;

/** The ICMP types that connection tracking knows (RFC 792, RFC 950). */
final class IcmpTypes {
  static final int ECHO_REPLY = 0;
  static final int UNREACHABLE = 3;
  static final int SOURCE_QUENCH = 4;
  static final int REDIRECT = 5;
  static final int ECHO_REQUEST = 8;
  static final int TIME_EXCEEDED = 11;
  static final int PARAMETER_PROBLEM = 12;
  static final int TIMESTAMP_REQUEST = 13;
  static final int TIMESTAMP_REPLY = 14;
  static final int INFORMATION_REQUEST = 15;
  static final int INFORMATION_REPLY = 16;
  static final int MASK_REQUEST = 17;
  static final int MASK_REPLY = 18;

  private IcmpTypes() {}

  /** Whether it quotes another packet. */
  static boolean isError(int type) {
    return switch (type) {
      case UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM -> true;
      default -> false;
    };
  }

  /** Whether it asks for an answer, and so can begin a session. */
  static boolean isRequest(int type) {
    return switch (type) {
      case ECHO_REQUEST, TIMESTAMP_REQUEST, INFORMATION_REQUEST, MASK_REQUEST -> true;
      default -> false;
    };
  }

  /** The type of the answer to a request and the other way about; -1 for types that have none. */
  static int opposite(int type) {
    return switch (type) {
      case ECHO_REQUEST -> ECHO_REPLY;
      case ECHO_REPLY -> ECHO_REQUEST;
      case TIMESTAMP_REQUEST -> TIMESTAMP_REPLY;
      case TIMESTAMP_REPLY -> TIMESTAMP_REQUEST;
      case INFORMATION_REQUEST -> INFORMATION_REPLY;
      case INFORMATION_REPLY -> INFORMATION_REQUEST;
      case MASK_REQUEST -> MASK_REPLY;
      case MASK_REPLY -> MASK_REQUEST;
      default -> -1;
    };
  }
}
