package io.vpcrig.tunnel;

/**
 * How far a frame is understood: scratch of the frame at hand, handed from gate to gate. Thread:
 * one worker.
 *
 * <pre>
 *   | Ethernet | tags | IPv4 | UDP | VXLAN | Ethernet | IPv4 | TCP ... |pad|   cut off  |
 *                     ^at           (one level is ours)  ^at            ^end           ^wireEnd
 * </pre>
 */
final class Cursor {
  /** Next byte not understood yet, at or before {@link #end}. */
  int at;

  /** One past the last byte present that belongs to the frame, or to the inside of its tunnel. */
  int end;

  /** Where {@link #end} would be if the capture had not cut the frame. */
  int wireEnd;

  /** Ethernet type of what is at {@link #at}. */
  int type;

  /** Tags with an id. */
  int tagCount;

  /** Their ids, 12 bits each, the innermost in the lowest; only two are kept apart. */
  int tagIds;
}
