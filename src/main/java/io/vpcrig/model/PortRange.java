package io.vpcrig.model;

/**
 * An inclusive range of TCP or UDP ports.
 *
 * @param first 0..65535
 * @param last first..65535
 */
public record PortRange(int first, int last) {
  public static final PortRange ALL = new PortRange(0, 65535);

  public PortRange {
    if (first < 0 || last > 65535 || first > last) {
      throw new IllegalArgumentException(
          "port range " + first + "-" + last + ", legal 0-65535 with the smaller first");
    }
  }

  /** Refuses a port that nothing can be sent to. */
  static void requirePort(int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + ", legal 1..65535");
    }
  }

  public boolean contains(int port) {
    return port >= first && port <= last;
  }

  public boolean overlaps(PortRange other) {
    return first <= other.last && other.first <= last;
  }

  public int size() {
    return last - first + 1;
  }

  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
