package io.vpcrig.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.model.Flow;
import io.vpcrig.telemetry.Reason;
import java.util.Optional;

/** Of several things the first frame that each happened to, as it came. One thread. */
final class Examples {
  /** Set where the frame's headers could not be read that far. */
  private static final int NO_FLOW = -1;

  private final long[] frame;
  private final int[] protocol;
  private final int[] source;
  private final int[] destination;
  private final int[] ports;

  Examples(int things) {
    frame = new long[things];
    protocol = new int[things];
    source = new int[things];
    destination = new int[things];
    ports = new int[things];
  }

  /** Whether this can be said of a frame: what its columns hold of addresses and ports. */
  static boolean hasFlow(FrameBatch batch, int i) {
    String owner = Reason.of(batch.reason[i]).owner();
    boolean parsed = !Reason.of(batch.reason[i]).isDrop() || !owner.equals("tunnel");
    return parsed && !owner.equals("io") && batch.family[i] == 4;
  }

  /** Frame {@code i}, whose row is spread, is a case of {@code thing}. */
  void see(int thing, FrameBatch batch, int i) {
    if (frame[thing] != 0) {
      return;
    }
    frame[thing] = batch.number[i];
    if (hasFlow(batch, i)) {
      protocol[thing] = batch.protocol[i];
      source[thing] = batch.sourceAddress[i];
      destination[thing] = batch.destinationAddress[i];
      ports[thing] = batch.ports[i];
    } else {
      protocol[thing] = NO_FLOW;
    }
  }

  /** Fields {@code frame} and {@code flow}, if there was a frame and if it had a flow. */
  void write(int thing, ObjectNode to) {
    if (frame[thing] == 0) {
      return;
    }
    to.put("frame", frame[thing]);
    if (protocol[thing] != NO_FLOW) {
      to.put(
          "flow",
          Flow.of(
                  protocol[thing],
                  source[thing],
                  destination[thing],
                  ports[thing],
                  Optional.empty())
              .toString());
    }
  }
}
