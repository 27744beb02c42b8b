package io.vpcrig.io.live;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Opens an interface by the driver asked for, or by the best that it can have. {@code afxdp} is not
 * taken unasked where it would change more than how fast frames come: where the host has an address
 * at the interface, which it would cut off, and where tags of a trunk could get lost.
 *
 * @param port open
 * @param why why it is this driver, for people; better ones that can't be had are named
 */
public record DriverChoice(LivePort port, String why) {
  /**
   * Opens.
   *
   * @param wanted the driver; the best there is if empty
   * @param tagged whether frames with VLAN tags are waited for there
   * @throws IOException with a sentence, if the interface can't be opened
   */
  public static DriverChoice open(String name, Optional<Driver> wanted, boolean tagged)
      throws IOException {
    Link link = Link.up(name);
    // Without this right none does: say so once.
    Linux.close(PacketSocket.open());
    if (wanted.isPresent()) {
      LivePort port = wanted.get().open(link);
      return new DriverChoice(port, told(port, List.of("asked for")));
    }
    List<String> against = new ArrayList<>();
    for (Driver driver : Driver.values()) {
      try {
        Optional<String> unfit = unfit(driver, link);
        if (unfit.isEmpty()) {
          LivePort port = driver.open(link);
          unfit = unfit(port, tagged);
          if (unfit.isEmpty()) {
            return new DriverChoice(port, told(port, against));
          }
          port.close();
        }
        against.add("not " + driver.title() + ": " + unfit.get());
      } catch (IOException e) {
        against.add("not " + driver.title() + ": " + reason(e, name));
      }
    }
    throw new IOException(
        "interface " + name + ": no driver serves it: " + String.join("; ", against));
  }

  /** What speaks against a driver before it is tried. */
  private static Optional<String> unfit(Driver driver, Link link) throws IOException {
    if (driver == Driver.AFXDP && link.hasHostAddress()) {
      return Optional.of("the host has an address there and would get no more frames");
    }
    return Optional.empty();
  }

  /** What speaks against a driver as it came out. */
  private static Optional<String> unfit(LivePort port, boolean tagged) {
    if (port instanceof AfXdpPort xdp) {
      if (!xdp.driverMode()) {
        return Optional.of("the interface's driver has no XDP, and the general one is no faster");
      }
      if (tagged && !xdp.tagsBack()) {
        return Optional.of("this kernel does not tell of VLAN tags that the interface takes off");
      }
    }
    return Optional.empty();
  }

  private static String reason(IOException e, String name) {
    String message = String.valueOf(e.getMessage());
    String prefix = "interface " + name + ": ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }

  private static String told(LivePort port, List<String> reasons) {
    List<String> all = new ArrayList<>();
    if (!port.details().isEmpty()) {
      all.add(port.details());
    }
    all.addAll(reasons);
    return String.join("; ", all);
  }
}
