package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import java.io.IOException;
import java.util.List;

/** The frames of one capture format. Thread: one. */
sealed interface RecordParser permits PcapParser, PcapngParser {
  /**
   * Adds whole frames to {@code batch} until it is full, the input ends, or it would have to wait
   * for input. What was added before an exception is good.
   *
   * @param firstNumber number of the next frame
   */
  void read(FrameBatch batch, long firstNumber) throws IOException;

  /**
   * Tells that the input goes on elsewhere in the same file, at a frame that the sections and
   * interfaces read so far hold for.
   *
   * @param previousNs timestamp of the frame before
   */
  void jumped(long previousNs);

  /** Interfaces known so far. */
  List<CaptureInterface> interfaces();

  /** Such as "pcap, little-endian". */
  String format();
}
