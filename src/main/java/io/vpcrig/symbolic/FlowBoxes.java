package io.vpcrig.symbolic;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.FlowSet;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;

/** A set of flows as boxes of the headers that its frames have; the boxes do not overlap. */
public final class FlowBoxes {
  private static final PortRange NO_PORT = new PortRange(0, 0);
  private static final int LAST_PROTOCOL = 255;

  private FlowBoxes() {}

  public static List<Box> of(FlowSet set) {
    List<Box> boxes = new ArrayList<>();
    if (set.protocols().isEmpty()) {
      for (int protocol : new int[] {Protocol.ICMP, Protocol.TCP, Protocol.UDP}) {
        add(set, protocol, boxes);
      }
      addOthers(set, 0, Protocol.ICMP - 1, boxes);
      addOthers(set, Protocol.ICMP + 1, Protocol.TCP - 1, boxes);
      addOthers(set, Protocol.TCP + 1, Protocol.UDP - 1, boxes);
      addOthers(set, Protocol.UDP + 1, LAST_PROTOCOL, boxes);
    } else {
      set.protocols().stream().distinct().forEach(protocol -> add(set, protocol, boxes));
    }
    return boxes;
  }

  private static void add(FlowSet set, int protocol, List<Box> boxes) {
    switch (protocol) {
      case Protocol.TCP, Protocol.UDP ->
          boxes.add(box(set, set.sourcePorts(), set.destinationPorts(), protocol));
      case Protocol.ICMP -> addIcmp(set, boxes);
      default -> addOthers(set, protocol, protocol, boxes);
    }
  }

  /** A code without a type is one range for each type. */
  private static void addIcmp(FlowSet set, List<Box> boxes) {
    boolean anyType = set.icmpType() < 0;
    if (set.icmpCode() < 0) {
      int first = anyType ? 0 : set.icmpType() << 8;
      int last = anyType ? PortRange.ALL.last() : first | 0xff;
      boxes.add(box(set, PortRange.ALL, new PortRange(first, last), Protocol.ICMP));
      return;
    }
    for (int type = anyType ? 0 : set.icmpType(); type <= 255; type++) {
      int one = type << 8 | set.icmpCode();
      boxes.add(box(set, PortRange.ALL, new PortRange(one, one), Protocol.ICMP));
      if (!anyType) {
        return;
      }
    }
  }

  private static void addOthers(FlowSet set, int first, int last, List<Box> boxes) {
    boxes.add(box(set, NO_PORT, NO_PORT, Protocol.ALL).with(Field.PROTOCOL, first, last));
  }

  private static Box box(FlowSet set, PortRange sources, PortRange destinations, int protocol) {
    Cidr source = set.source();
    return Box.of(source, set.destination(), sources, destinations, protocol);
  }
}
