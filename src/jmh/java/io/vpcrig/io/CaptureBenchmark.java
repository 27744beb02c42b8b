package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many frames a second go in and out of capture files: does reading keep up, is mapping faster
 * than reading in chunks, what does the digest cost. Figures are million frames a second.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class CaptureBenchmark {
  private static final int FRAMES = 2_000_000;
  private static final int BATCH = 256;
  private static final byte[] COMMENT =
      "forward acl.allow.rule web/10 generation 1".getBytes(StandardCharsets.UTF_8);

  /** Bytes of a frame. */
  @Param({"110"})
  public int size;

  private Path directory;
  private Path pcap;
  private Path pcapng;
  private MemorySource memory;
  private FrameBatch batch;

  @Setup
  public void generate() throws IOException {
    directory = Files.createTempDirectory("capture-benchmark");
    pcap = directory.resolve("in.pcap");
    pcapng = directory.resolve("in.pcapng");
    batch = new FrameBatch(BATCH);
    SplittableRandom random = new SplittableRandom(1);
    List<byte[]> frames = new ArrayList<>();
    for (int k = 0; k < 4096; k++) {
      byte[] frame = new byte[size];
      random.nextBytes(frame);
      frames.add(frame);
    }
    memory = new MemorySource(frames, FRAMES, 0, 100);
    write(pcapng.toString(), FrameComment.NONE);
    writePcap(frames);
  }

  private void writePcap(List<byte[]> frames) throws IOException {
    ByteBuffer out = ByteBuffer.allocateDirect(1 << 24).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel =
        FileChannel.open(pcap, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.putInt(PcapParser.NANOSECONDS).putShort((short) 2).putShort((short) 4);
      out.putInt(0).putInt(0).putInt(65_535).putInt(LinkType.ETHERNET);
      for (int k = 0; k < FRAMES; k++) {
        if (out.remaining() < size + 16) {
          channel.write(out.flip());
          out.clear();
        }
        out.putInt(k).putInt(k).putInt(size).putInt(size).put(frames.get(k & 4095));
      }
      channel.write(out.flip());
    }
  }

  @TearDown
  public void delete() throws IOException {
    memory.close();
    batch.close();
    for (Path file : List.of(pcap, pcapng, directory.resolve("out.pcapng"))) {
      Files.deleteIfExists(file);
    }
    Files.delete(directory);
  }

  private long drain(FrameSource source) throws IOException {
    long frames = 0;
    try (source) {
      while (source.read(batch) > 0) {
        frames += batch.size;
        batch.clear();
      }
    }
    return frames;
  }

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long readPcap() throws IOException {
    return drain(Captures.open(pcap));
  }

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long readPcapng() throws IOException {
    return drain(Captures.open(pcapng));
  }

  /** What {@link #readPcap} does, from a mapped file; no checks. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long readPcapMapped() throws IOException {
    long frames = 0;
    try (FileChannel channel = FileChannel.open(pcap, StandardOpenOption.READ)) {
      MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      map.order(ByteOrder.LITTLE_ENDIAN);
      int at = 24;
      while (at < map.limit()) {
        int captured = map.getInt(at + 8);
        int i = batch.add(captured);
        if (i == FrameBatch.NONE) {
          frames += batch.size;
          batch.clear();
          continue;
        }
        batch.bytes.put(batch.start[i], map, at + 16, captured);
        batch.number[i] = frames + i;
        batch.timestampNs[i] = map.getInt(at) * 1_000_000_000L + map.getInt(at + 4);
        batch.missing[i] = map.getInt(at + 12) - captured;
        batch.link[i] = LinkType.ETHERNET;
        batch.inputInterface[i] = 0;
        at += 16 + captured;
      }
    }
    frames += batch.size;
    batch.clear();
    return frames;
  }

  /** Copying out of memory into the batch: what the writers below cost besides themselves. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long copyOutOfMemory() throws IOException {
    memory.rewind();
    long frames = 0;
    while (memory.read(batch) > 0) {
      frames += batch.size;
      batch.clear();
    }
    return frames;
  }

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long writePcapng() throws IOException {
    return write(directory.resolve("out.pcapng").toString(), FrameComment.NONE);
  }

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long writePcapngWithComments() throws IOException {
    return write(directory.resolve("out.pcapng").toString(), (frames, i) -> COMMENT);
  }

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long writePcapngToNowhere() throws IOException {
    return write("/dev/null", FrameComment.NONE);
  }

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long writePcapngWithCommentsToNowhere() throws IOException {
    return write("/dev/null", (frames, i) -> COMMENT);
  }

  private long write(String target, FrameComment comment) throws IOException {
    OutputLayout layout = new OutputLayout(List.of("public", "web"), LinkType.ETHERNET);
    memory.rewind();
    try (PcapngWriter writer = new PcapngWriter(target, layout, comment, false, false)) {
      while (memory.read(batch) > 0) {
        for (int i = 0; i < batch.size; i++) {
          batch.verdict[i] = Verdict.FORWARD;
          batch.outSegment[i] = i & 1;
          writer.write(batch, i);
        }
        batch.clear();
      }
      return writer.frames();
    }
  }

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public String digest() throws IOException {
    memory.rewind();
    try (DigestSink sink = new DigestSink()) {
      while (memory.read(batch) > 0) {
        for (int i = 0; i < batch.size; i++) {
          batch.verdict[i] = Verdict.FORWARD;
          batch.outSegment[i] = i & 1;
          sink.write(batch, i);
        }
        batch.clear();
      }
      return sink.finish();
    }
  }
}
