package io.vpcrig.io;

import java.util.Arrays;

/**
 * Which interface of an output capture takes the frames of a segment and a link type. Few:
 * searched.
 */
final class OutputInterfaces {
  /** Stands for the segment of dropped frames. */
  static final int DROPPED = -1;

  private final OutputLayout layout;
  private int[] segments;
  private int[] links;
  private int count;
  private int lastDroppedLink = -1;
  private int lastDropped = -1;

  OutputInterfaces(OutputLayout layout) {
    this.layout = layout;
    int n = layout.segments().size();
    segments = new int[n + 4];
    links = new int[n + 4];
    for (int segment = 0; segment < n; segment++) {
      add(segment, layout.linkType());
    }
  }

  /**
   * Interface of the frames of {@code link} that leave by {@code segment}; negative if there is
   * none.
   */
  int find(int segment, int link) {
    for (int id = 0; id < count; id++) {
      if (segments[id] == segment && links[id] == link) {
        return id;
      }
    }
    return -1;
  }

  /** Interface of dropped frames of {@code link}; negative if there is none. */
  int dropped(int link) {
    if (link != lastDroppedLink) {
      lastDropped = find(DROPPED, link);
      lastDroppedLink = lastDropped >= 0 ? link : -1;
    }
    return lastDropped;
  }

  int add(int segment, int link) {
    if (count == segments.length) {
      segments = Arrays.copyOf(segments, 2 * count);
      links = Arrays.copyOf(links, 2 * count);
    }
    segments[count] = segment;
    links[count] = link;
    return count++;
  }

  String name(int segment) {
    return layout.segments().get(segment);
  }
}
