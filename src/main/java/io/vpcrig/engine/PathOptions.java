package io.vpcrig.engine;

import java.util.Optional;

/**
 * What a way through the router needs besides its snapshot.
 *
 * @param sessions most sessions of one worker at once, 1..10,000,000
 * @param repairChecksums accept wrong checksums and write right ones: for captures made with
 *     checksum offload
 * @param untagged segment that untagged frames come by, if not told by their source address
 * @param learnsMacs whether packets of a connection go to the MAC that its packets come from, as is
 *     right for captures, where nobody answers ARP; else to the one derived from the next hop's
 *     address, in whose place a live router puts what ARP told
 */
public record PathOptions(
    int sessions, boolean repairChecksums, Optional<String> untagged, boolean learnsMacs) {
  public static final PathOptions DEFAULT = new PathOptions(1 << 20, false, Optional.empty());

  /** Options of captures. */
  public PathOptions(int sessions, boolean repairChecksums, Optional<String> untagged) {
    this(sessions, repairChecksums, untagged, true);
  }

  /** The same with another number of sessions. */
  public PathOptions withSessions(int others) {
    return new PathOptions(others, repairChecksums, untagged, learnsMacs);
  }

  /** The same for live interfaces. */
  public PathOptions withoutLearnedMacs() {
    return new PathOptions(sessions, repairChecksums, untagged, false);
  }

  public PathOptions {
    if (sessions < 1 || sessions > 10_000_000) {
      throw new IllegalArgumentException(sessions + " sessions, legal 1..10000000");
    }
  }
}
