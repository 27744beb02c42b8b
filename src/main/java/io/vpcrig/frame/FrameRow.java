package io.vpcrig.frame;

/**
 * Layout of {@link FrameBatch#row}: what the tight loops know of a {@link FrameBatch#plain} frame,
 * in the order they learn it. Fields are as the batch's columns of those names, for {@link Bytes}'s
 * raw accessors; four bytes each, MACs eight.
 *
 * <pre>
 *    0 source | 4 destination | 8 ports | 12 protocol, TCP flags &lt;&lt; 8
 *   16 l3 | 20 l3 end | 24 remote endpoint | 28 segment | 32 source MAC (8)              all this by decap
 *   40 new source | 44 new destination | 48 new ports | 52 next endpoint | 56 next MAC (8)
 *   64 session | 68 direction | 72 list | 76 rule | 80 generation | 84 next segment      and this by the session
 * </pre>
 */
public final class FrameRow {
  /** Bytes of a row: two cache lines. */
  public static final int LENGTH = 128;

  public static final int SOURCE = 0;
  public static final int DESTINATION = 4;
  public static final int PORTS = 8;
  public static final int PROTOCOL_FLAGS = 12;
  public static final int L3 = 16;
  public static final int L3_END = 20;
  public static final int ENDPOINT = 24;
  public static final int SEGMENT = 28;
  public static final int MAC = 32;
  public static final int NEW_SOURCE = 40;
  public static final int NEW_DESTINATION = 44;
  public static final int NEW_PORTS = 48;
  public static final int NEXT_ENDPOINT = 52;
  public static final int NEXT_MAC = 56;
  public static final int SESSION = 64;
  public static final int DIRECTION = 68;
  public static final int LIST = 72;
  public static final int RULE = 76;
  public static final int GENERATION = 80;
  public static final int NEXT_SEGMENT = 84;

  private FrameRow() {}
}
