package io.vpcrig.io.live;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Ways to reach an interface, the fastest first. */
public enum Driver {
  AFXDP,
  AFPACKET,
  PCAP;

  /** As {@code --driver} takes it. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The driver of a title.
   *
   * @throws IllegalArgumentException with a sentence, if there is none
   */
  public static Driver parse(String title) {
    return Arrays.stream(values())
        .filter(each -> each.title().equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--driver '"
                        + title
                        + "', legal auto, "
                        + Arrays.stream(values())
                            .map(Driver::title)
                            .collect(Collectors.joining(", "))));
  }

  /** Opens an interface that is up. */
  LivePort open(Link link) throws IOException {
    return switch (this) {
      case AFXDP -> new AfXdpPort(link);
      case AFPACKET -> new AfPacketPort(link);
      case PCAP -> new PcapPort(link);
    };
  }
}
