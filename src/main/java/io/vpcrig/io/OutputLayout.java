package io.vpcrig.io;

import java.util.List;

/**
 * The interfaces of an output capture: one for each segment, in the order of their indices in the
 * snapshot. Interfaces for dropped frames, and for frames of another link type that were switched
 * as they came, are added by the writer when it meets the first such frame.
 *
 * @param segments names, by segment index
 * @param linkType of the frames that leave by a segment
 */
public record OutputLayout(List<String> segments, int linkType) {
  /** Name of the interfaces of dropped frames; one for each link type. */
  public static final String DROPPED = "dropped";

  public OutputLayout {
    segments = List.copyOf(segments);
  }
}
