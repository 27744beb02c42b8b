package io.vpcrig.io;

import io.vpcrig.frame.LinkType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assumptions;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;

/** A second opinion on capture files, through pcap4j. */
final class Libpcap {
  private static final String LIBRARY_PROPERTY = "org.pcap4j.core.pcapLibName";
  private static final List<String> DIRECTORIES =
      List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib");

  /**
   * What libpcap read of a file.
   *
   * @param frames with the interface always 0, since libpcap does not tell
   * @param error why it stopped, null at the end of the file
   */
  record Reading(List<CapturedFrame> frames, String error) {}

  private Libpcap() {}

  /** Skips the test, saying so, where libpcap is not installed. */
  static void require() {
    for (String directory : DIRECTORIES) {
      Path library = Path.of(directory, "libpcap.so.0.8");
      if (System.getProperty(LIBRARY_PROPERTY) == null && Files.exists(library)) {
        System.setProperty(LIBRARY_PROPERTY, library.toString());
      }
    }
    try {
      Pcaps.libVersion();
    } catch (LinkageError e) {
      Assumptions.abort("SKIPPED: libpcap is not installed (" + e.getMessage() + ")");
    }
  }

  /** Reads {@code file}, which must not be packed. */
  static Reading read(Path file) throws IOException {
    List<CapturedFrame> frames = new ArrayList<>();
    try (PcapHandle handle = Pcaps.openOffline(file.toString(), TimestampPrecision.NANO)) {
      int link = handle.getDlt().value();
      while (true) {
        byte[] bytes = handle.getNextRawPacketEx();
        Timestamp time = handle.getTimestamp();
        frames.add(
            new CapturedFrame(
                frames.size() + 1,
                Math.floorDiv(time.getTime(), 1000L) * 1_000_000_000L + time.getNanos(),
                HexFormat.of().formatHex(bytes),
                Math.max(0, handle.getOriginalLength() - bytes.length),
                link == 12 ? LinkType.RAW : link,
                0));
      }
    } catch (EOFException e) {
      return new Reading(frames, null);
    } catch (IllegalArgumentException e) {
      // Microseconds beyond a second: libpcap passes them on, java.sql.Timestamp does not take
      // them.
      return new Reading(frames, "time refused by pcap4j: " + e.getMessage());
    } catch (PcapNativeException | NotOpenException | TimeoutException e) {
      return new Reading(frames, String.valueOf(e.getMessage()));
    }
  }
}
