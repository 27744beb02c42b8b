package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pipe gives frames as they come, whole files as they are. */
class PipeTest {
  @TempDir private Path directory;

  private Path pipe() throws Exception {
    Path pipe = directory.resolve("pipe");
    try {
      Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
      assertTrue(made.waitFor(10, TimeUnit.SECONDS));
      assertEquals(0, made.exitValue());
    } catch (IOException e) {
      Assumptions.abort("SKIPPED: no mkfifo");
    }
    return pipe;
  }

  private static byte[] part(byte[] whole, byte[] before) {
    return java.util.Arrays.copyOfRange(whole, before.length, whole.length);
  }

  @Test
  @Timeout(60)
  void framesOfAPipeAreNotHeldBackUntilMoreCome() throws Exception {
    CaptureBytes pcap = CaptureBytes.big().pcapHeader(PcapParser.NANOSECONDS, 1);
    byte[] pcapStart = pcap.record(1, 2, new byte[9]).record(3, 4, new byte[9]).toBytes();
    byte[] pcapWhole = pcap.record(5, 6, new byte[9]).toBytes();
    CaptureBytes pcapng = CaptureBytes.big().section().anInterface(1, 0);
    byte[] start = pcapng.enhanced(0, 1, new byte[9]).enhanced(0, 2, new byte[9]).toBytes();
    byte[] whole = pcapng.enhanced(0, 3, new byte[9]).toBytes();
    for (byte[][] parts :
        List.of(
            new byte[][] {pcapStart, part(pcapWhole, pcapStart)},
            new byte[][] {start, part(whole, start)})) {
      readInTwoParts(parts[0], parts[1]);
    }
  }

  private void readInTwoParts(byte[] first, byte[] second) throws Exception {
    Path pipe = pipe();
    Semaphore firstWasRead = new Semaphore(0);
    try (ExecutorService executor = Executors.newSingleThreadExecutor();
        FrameBatch batch = new FrameBatch(8)) {
      Future<?> writing =
          executor.submit(
              () -> {
                try (OutputStream out = Files.newOutputStream(pipe)) {
                  out.write(first);
                  firstWasRead.acquire();
                  out.write(second);
                }
                return null;
              });
      try (CaptureReader reader = Captures.open(pipe)) {
        assertEquals(-1, reader.size());
        assertEquals(2, reader.read(batch));
        firstWasRead.release();
        assertEquals(1, reader.read(batch));
        assertEquals(3, batch.number[2]);
        assertEquals(0, reader.read(batch));
      }
      writing.get();
    }
    Files.delete(pipe);
  }

  @Test
  void aDirectoryIsNoCapture() {
    FileSystemException e =
        assertThrows(FileSystemException.class, () -> Captures.open(directory).close());
    assertEquals(directory + ": is a directory", e.getMessage());
  }

  @Test
  void aFileTellsHowFarItWasRead() throws IOException {
    byte[] capture =
        CaptureBytes.big()
            .pcapHeader(PcapParser.NANOSECONDS, 1)
            .record(1, 2, new byte[9])
            .toBytes();
    Path file = directory.resolve("file");
    Files.write(file, capture);
    try (CaptureReader reader = Captures.open(file.toString());
        FrameBatch batch = new FrameBatch(8)) {
      assertEquals(capture.length, reader.size());
      assertEquals(1, reader.read(batch));
      assertEquals(capture.length, reader.position());
      assertEquals(file.toString(), reader.describe());
    }
  }
}
