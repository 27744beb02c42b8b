package io.vpcrig.acl;

import io.vpcrig.model.PortRange;
import java.util.List;

/**
 * A compiled form that shows what it is made of, so that it can be proved for every header instead
 * of tried with some: it answers the smallest position that any of its parts answers. What a part
 * shows is read from the tables that look-ups read, never from the rules.
 */
public interface TakenApart extends Classifier {
  List<Part> parts();

  /** Something that answers a position, or nothing, for each header. */
  sealed interface Part permits Boxes, Table {}

  /**
   * Answers the position of a box that holds the header, or nothing; and nothing greater than the
   * position of a certain box that holds it. In sound tables all boxes are certain.
   */
  non-sealed interface Boxes extends Part {
    /** Hands over every box. */
    void each(BoxReader reader);
  }

  /** Takes boxes; addresses first to last, as unsigned numbers. */
  @FunctionalInterface
  interface BoxReader {
    /**
     * @param protocolFirst 0..255
     * @param isCertain whether headers of the box get this position or a smaller one
     */
    void box(
        int sourceFirst,
        int sourceLast,
        int destinationFirst,
        int destinationLast,
        PortRange sourcePorts,
        PortRange destinationPorts,
        int protocolFirst,
        int protocolLast,
        int position,
        boolean isCertain);
  }

  /**
   * Ranges of addresses, side by side from 0 on, and the class of each; ranges may share one.
   *
   * @param firsts first address of each, ascending as unsigned numbers
   * @param classes negative where looking an address up breaks, which it never does in sound tables
   */
  record AddressRanges(int[] firsts, int[] classes) {
    /** With {@code others[class]} for each class; -1 where there is none. */
    public AddressRanges mapped(int[] others) {
      int[] mapped = new int[classes.length];
      for (int k = 0; k < mapped.length; k++) {
        mapped[k] = classes[k] >= 0 && classes[k] < others.length ? others[classes[k]] : -1;
      }
      return new AddressRanges(firsts, mapped);
    }
  }

  /** Answers by the row of the two addresses' classes and by the class of ports and protocol. */
  non-sealed interface Table extends Part {
    AddressRanges sources();

    AddressRanges destinations();

    int rows();

    int row(int sourceClass, int destinationClass);

    int services();

    /** Ascending from 0: between them, {@link #service} is the same whatever the source port. */
    int[] sourcePorts();

    /** As {@link #sourcePorts}, of the destination port. */
    int[] destinationPorts();

    /** As {@link #sourcePorts}, of the protocol. */
    int[] protocols();

    /**
     * @param ports source port in the high 16 bits, destination port in the low
     */
    int service(int ports, int protocol);

    /** A position, or {@link Classifier#NONE}. */
    int answer(int row, int service);
  }
}
