package io.vpcrig.acl;

import io.vpcrig.telemetry.Reason;

/**
 * The answer of a list, packed into a long so that asking does not allocate.
 *
 * <pre>
 *   63..60  59..52         51..32           31..0
 *   quirk   reason number  list index + 1   rule index, -1 if no rule decided
 * </pre>
 */
public final class AclAnswer {
  /** Most lists that a table can hold. */
  static final int MAX_LISTS = (1 << 20) - 1;

  private AclAnswer() {}

  static long pack(Reason reason, int list, int rule, int quirk) {
    return (long) quirk << 60
        | (long) reason.number() << 52
        | (list + 1L) << 32
        | rule & 0xffff_ffffL;
  }

  public static boolean allowed(long answer) {
    return reason(answer) < 100;
  }

  /** {@link Reason#number} of one of acl.allow.* and acl.deny.*. */
  public static int reason(long answer) {
    return (int) (answer >>> 52) & 0xff;
  }

  /** Index in {@link RuleTable#list}; -1 if there is no list. */
  public static int list(long answer) {
    return ((int) (answer >>> 32) & 0xf_ffff) - 1;
  }

  /** Index in {@link RuleTable#rule}; -1 if no rule decided. */
  public static int rule(long answer) {
    return (int) answer;
  }

  /**
   * Ordinal of the {@link io.vpcrig.model.Quirk} because of which the shipped router allows what
   * was to be denied or denies what was to be allowed; 0 if both agree.
   */
  public static int quirk(long answer) {
    return (int) (answer >>> 60);
  }
}
