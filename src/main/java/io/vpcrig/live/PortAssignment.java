package io.vpcrig.live;

/**
 * A segment and the interface it is reached by.
 *
 * @param tagged whether its frames have the mark there that the VPC file gives the segment, as on a
 *     trunk; else they have none, as on an access port
 */
public record PortAssignment(String segment, String link, boolean tagged) {
  private static final String TAGGED = ":tagged";

  /**
   * Reads {@code SEGMENT=IFACE} or {@code SEGMENT=IFACE:tagged}.
   *
   * @throws IllegalArgumentException with a sentence, if it is neither
   */
  public static PortAssignment parse(String text) {
    int equals = text.indexOf('=');
    String link = equals < 0 ? "" : text.substring(equals + 1);
    boolean tagged = link.endsWith(TAGGED);
    if (tagged) {
      link = link.substring(0, link.length() - TAGGED.length());
    }
    if (equals < 1 || link.isEmpty()) {
      throw new IllegalArgumentException(
          "--port '" + text + "', legal SEGMENT=IFACE or SEGMENT=IFACE:tagged");
    }
    return new PortAssignment(text.substring(0, equals), link, tagged);
  }
}
