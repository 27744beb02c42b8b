package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.TestData;
import io.vpcrig.frame.BytesLedger;
import io.vpcrig.frame.DamagedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads every capture of the shared data, and asks libpcap whether it saw the same. */
class SharedCapturesTest {
  @TempDir private Path directory;

  private static List<Path> captures() throws IOException {
    Path root = TestData.sharedOrSkip("captures");
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /**
   * Frames before the damage and the sentence about it, without the directory; null if undamaged.
   */
  private static String damageOf(Path file) throws IOException {
    CapturedFrame.Reading reading;
    try {
      reading = CapturedFrame.readAll(Captures.open(file), 256);
    } catch (DamagedInputException e) {
      return "none" + e.getMessage().substring(file.toString().length());
    }
    return reading.damage() == null
        ? null
        : reading.frames().size()
            + reading.damage().getMessage().substring(file.toString().length());
  }

  @Test
  void readsEveryCaptureToItsEndOrItsDamage() throws IOException {
    long held = BytesLedger.heldBytes();
    Map<String, String> damaged = new TreeMap<>();
    for (Path file : captures()) {
      String damage = damageOf(file);
      if (damage != null) {
        damaged.put(file.getFileName().toString(), damage);
      }
    }
    assertEquals(
        Map.of(
            "libpcap__pcap-invalid-version-1.pcap",
            "none: byte 4: pcap version 1.4; legal: 2.0 to 2.4",
            "libpcap__pcapng-invalid-vers-1.pcapng",
            "none: byte 12: pcapng version 0.1; legal: 1.0 and 1.2",
            "suricata__tls_DER-incomplete-header.pcap",
            "6: byte 5043: frame 7 has 4325376 bytes; legal: 0 to 262144"),
        damaged);
    assertEquals(held, BytesLedger.heldBytes());
  }

  @Test
  void seesTheFramesThatLibpcapSees() throws IOException {
    Libpcap.require();
    int whole = 0;
    int all = 0;
    for (Path file : captures()) {
      Libpcap.Reading theirs = Libpcap.read(unpacked(file));
      if (damageOf(file) == null) {
        compare(file, theirs);
        whole += theirs.error() == null ? 1 : 0;
        all++;
      } else {
        assertNotNull(theirs.error(), () -> "damage that libpcap does not see in " + file);
      }
    }
    // libpcap gives up on pcapng files whose interfaces are not all alike or that have none.
    int compared = whole;
    int total = all;
    assertTrue(whole >= all - 14, () -> compared + " of " + total + " files compared to their end");
  }

  private static void compare(Path file, Libpcap.Reading theirs) throws IOException {
    CaptureReader reader = Captures.open(file);
    List<CapturedFrame> ours = CapturedFrame.readAll(reader, 256).frames();
    if (theirs.error() == null) {
      assertEquals(theirs.frames().size(), ours.size(), () -> "frames of " + file);
    }
    long previousNs = 0;
    for (int k = 0; k < theirs.frames().size(); k++) {
      CapturedFrame frame = ours.get(k);
      CaptureInterface by = reader.interfaces().get(frame.inputInterface());
      CapturedFrame their = theirs.frames().get(k);
      assertEquals(
          asLibpcapSeesIt(frame, by, their, previousNs), their, () -> "libpcap, in " + file);
      previousNs = frame.timestampNs();
    }
  }

  /**
   * libpcap knows no interfaces, has no time for simple packets (ours is that of the frame before),
   * cuts frames that are longer than the file's snapshot length says, takes seconds for signed, and
   * lets microseconds beyond a second overflow when it makes nanoseconds of them.
   */
  private static CapturedFrame asLibpcapSeesIt(
      CapturedFrame frame, CaptureInterface by, CapturedFrame their, long previousNs) {
    long time = frame.timestampNs();
    boolean simple = their.timestampNs() == 0 && time == previousNs;
    boolean overflow = by.resolution().equals("10^-6 s") && their.timestampNs() % 1000 != 0;
    boolean signed = their.timestampNs() == time - (1L << 32) * 1_000_000_000L;
    int length = frame.length();
    int kept = by.snapLength() > 0 ? (int) Math.min(length, by.snapLength()) : length;
    return new CapturedFrame(
        frame.number(),
        simple || overflow || signed ? their.timestampNs() : time,
        frame.hex().substring(0, 2 * kept),
        kept < length ? their.missing() : frame.missing(),
        frame.link(),
        0);
  }

  private Path unpacked(Path file) throws IOException {
    if (!file.getFileName().toString().endsWith(".gz")) {
      return file;
    }
    Path unpacked = directory.resolve("unpacked");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      Files.copy(in, unpacked, StandardCopyOption.REPLACE_EXISTING);
    }
    return unpacked;
  }
}
