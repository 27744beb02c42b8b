package io.vpcrig.io;

import io.vpcrig.header.Ethernet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.Long2LongHashMap;

/**
 * Prefixes onto prefixes of the same length, the longest that matches first; host bits are kept.
 * Single MACs onto single MACs. No two addresses become one: what the map alone would make of two
 * is refused when it is made, and an address it does not name but maps others onto when it is met.
 */
public final class AddressMap implements AddressChange {
  private static final int NONE = -1;

  /**
   * One line of a map.
   *
   * @param from host bits cleared
   * @param to as long, host bits cleared
   * @param length 0..32
   * @param text for messages, such as {@code map.yaml:3:5: 10.0.0.0/24 to web}
   */
  public record Prefix(int from, int to, int length, String text) {
    private int mask() {
      return length == 0 ? 0 : -1 << 32 - length;
    }

    private boolean isFrom(int address) {
      return ((address ^ from) & mask()) == 0;
    }

    private boolean isTo(int address) {
      return ((address ^ to) & mask()) == 0;
    }

    private int map(int address) {
      return to | address & ~mask();
    }

    private int unmap(int address) {
      return from | address & ~mask();
    }
  }

  /** A MAC and what it becomes; {@code text} as for {@link Prefix}. */
  public record Mac(long from, long to, String text) {}

  private final List<Prefix> prefixes;
  private final List<Mac> macs;
  private final int[] lengths;
  private final List<Int2IntHashMap> byLength = new ArrayList<>();
  private final Long2LongHashMap macMap = new Long2LongHashMap(NONE);

  /**
   * Checks and compiles.
   *
   * @throws IllegalArgumentException with a sentence if it would make one address of two
   */
  public AddressMap(List<Prefix> prefixes, List<Mac> macs) {
    this.prefixes =
        prefixes.stream().sorted(Comparator.comparingInt(Prefix::length).reversed()).toList();
    this.macs = List.copyOf(macs);
    lengths = this.prefixes.stream().mapToInt(Prefix::length).distinct().toArray();
    for (int length : lengths) {
      Int2IntHashMap map = new Int2IntHashMap(NONE);
      for (int p = 0; p < this.prefixes.size(); p++) {
        Prefix prefix = this.prefixes.get(p);
        if (prefix.length() == length) {
          int other = map.put(prefix.from(), p);
          if (other != NONE) {
            throw twice(this.prefixes.get(other).text(), prefix.text());
          }
        }
      }
      byLength.add(map);
    }
    this.prefixes.forEach(this::checkTarget);
    Map<Long, Mac> byFrom = new HashMap<>();
    Map<Long, Mac> byTo = new HashMap<>();
    for (Mac mac : macs) {
      Mac other = byFrom.put(mac.from(), mac);
      if (other != null) {
        throw twice(other.text(), mac.text());
      }
      Mac rival = byTo.put(mac.to(), mac);
      if (rival != null) {
        throw oneOfTwo(rival.text(), mac.text());
      }
      macMap.put(mac.from(), mac.to());
    }
  }

  /**
   * A target may lie in another's only where the addresses that the other would put there are
   * mapped elsewhere, by lines that are more specific.
   */
  private void checkTarget(Prefix prefix) {
    for (Prefix outer : prefixes) {
      if (!outer.equals(prefix) && outer.length() <= prefix.length() && outer.isTo(prefix.to())) {
        int rival = outer.unmap(prefix.to());
        boolean elsewhere =
            prefixes.stream()
                .anyMatch(
                    p ->
                        p.length() > outer.length()
                            && p.length() <= prefix.length()
                            && p.isFrom(rival));
        if (!elsewhere) {
          throw oneOfTwo(outer.text(), prefix.text());
        }
      }
    }
  }

  private static IllegalArgumentException twice(String one, String other) {
    return new IllegalArgumentException(one + ", and " + other + ": the same is mapped twice");
  }

  private static IllegalArgumentException oneOfTwo(String one, String other) {
    return new IllegalArgumentException(
        one + ", and " + other + ": two addresses would become one; map them apart");
  }

  private int find(int address) {
    for (int k = 0; k < lengths.length; k++) {
      int mask = lengths[k] == 0 ? 0 : -1 << 32 - lengths[k];
      int found = byLength.get(k).get(address & mask);
      if (found != NONE) {
        return found;
      }
    }
    return NONE;
  }

  @Override
  public boolean placesFramesOf(int address) {
    return find(address) != NONE;
  }

  @Override
  public int address(int address) throws SelectionException {
    int found = find(address);
    if (found != NONE) {
      return prefixes.get(found).map(address);
    }
    for (Prefix prefix : prefixes) {
      if (prefix.isTo(address)) {
        throw new SelectionException(
            "--map: the capture has "
                + dotted(address)
                + ", which the map does not name but maps others onto ("
                + prefix.text()
                + "); map it too");
      }
    }
    return address;
  }

  @Override
  public long mac(long mac) throws SelectionException {
    long found = macMap.get(mac);
    if (found != NONE) {
      return found;
    }
    for (Mac other : macs) {
      if (other.to() == mac) {
        throw new SelectionException(
            "--map: the capture has the MAC "
                + HexFormat.of().toHexDigits(mac, 12)
                + ", which the map does not name but maps another onto ("
                + other.text()
                + "); map it too");
      }
    }
    return mac;
  }

  /** This map, and {@code rest} for what it does not name. The rest leaves this one's targets. */
  public AddressChange otherwise(AddressChange rest) {
    AddressMap map = this;
    return new AddressChange() {
      @Override
      public int address(int address) throws SelectionException {
        int mapped = map.address(address);
        return map.placesFramesOf(address) ? mapped : rest.address(mapped);
      }

      @Override
      public long mac(long mac) throws SelectionException {
        if (macMap.containsKey(mac)) {
          return map.mac(mac);
        }
        return map.mac(rest.mac(map.mac(mac)));
      }

      @Override
      public boolean placesFramesOf(int address) {
        return map.placesFramesOf(address);
      }
    };
  }

  /** The other way round: what this map made is made undone. */
  AddressMap inverse() {
    return new AddressMap(
        prefixes.stream().map(p -> new Prefix(p.to(), p.from(), p.length(), p.text())).toList(),
        macs.stream().map(m -> new Mac(m.to(), m.from(), m.text())).toList());
  }

  static boolean isGroup(long mac) {
    return (mac >>> 40 & 1) != 0 || mac == Ethernet.BROADCAST;
  }

  static String dotted(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 0xff)
        + "."
        + (address >>> 8 & 0xff)
        + "."
        + (address & 0xff);
  }
}
