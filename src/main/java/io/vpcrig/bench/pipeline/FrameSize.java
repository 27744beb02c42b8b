package io.vpcrig.bench.pipeline;

/**
 * How long frames are: bytes of the frame as it comes in, tags and tunnel included, without the
 * check sequence at its end. No frame is shorter than the network's shortest: 64 bytes with a VLAN
 * tag, 110 through a tunnel, both from a guest's frame of 60.
 *
 * <p>IMIX is of guests' frames of 60, 590 and 1514 bytes, 7 to 4 to 1; tag or tunnel come on top.
 */
public final class FrameSize {
  /** The shortest Ethernet frame, without its check sequence. */
  static final int LEAST_GUEST = 60;

  /** The longest frame that can be asked for. */
  public static final int MOST = 9000;

  private static final int[] IMIX = {60, 590, 60, 60, 590, 60, 1514, 60, 590, 60, 590, 60};
  private static final String IMIX_NAME = "IMIX";

  private final int length;

  private FrameSize(int length) {
    this.length = length;
  }

  /**
   * From {@code IMIX} or a number.
   *
   * @throws IllegalArgumentException with what is legal
   */
  public static FrameSize parse(String text) {
    if (text.equalsIgnoreCase(IMIX_NAME)) {
      return new FrameSize(0);
    }
    if (!text.matches("[0-9]{1,4}")
        || Integer.parseInt(text) < LEAST_GUEST
        || Integer.parseInt(text) > MOST) {
      throw new IllegalArgumentException(
          "'" + text + "', legal: " + LEAST_GUEST + ".." + MOST + " or " + IMIX_NAME);
    }
    return new FrameSize(Integer.parseInt(text));
  }

  /**
   * Bytes of a flow's frames.
   *
   * @param around bytes of tag or tunnel around the guest's frame
   */
  int of(int flow, int around) {
    return length == 0 ? IMIX[flow % IMIX.length] + around : Math.max(length, LEAST_GUEST + around);
  }

  @Override
  public String toString() {
    return length == 0 ? IMIX_NAME : Integer.toString(length);
  }
}
