package io.vpcrig.io;

import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Where frames lie in a capture: about every {@link #STRIDE}th one. With it, frame N or the first
 * frame of a time range is found without reading what stands before it. Of unpacked pcap and pcapng
 * files; of pcapng only where all sections and interfaces come before the first frame, which is
 * what programs write. Immutable; any thread.
 */
public final class CaptureIndex {
  /** Frames from one place to the next, if they are of a usual size. */
  static final int STRIDE = 1024;

  /**
   * A place in a capture.
   *
   * @param frame number of the frame that begins here, from 1
   * @param offset bytes from the begin of the file
   * @param latestNs latest timestamp of all frames before, {@link Long#MIN_VALUE} if there are none
   * @param previousNs timestamp of the frame before, 0 if there is none
   */
  record Place(long frame, long offset, long latestNs, long previousNs) {}

  private final Path capture;
  private final CaptureState state;
  private final long frames;
  private final List<Place> places;

  CaptureIndex(Path capture, CaptureState state, long frames, List<Place> places) {
    this.capture = capture;
    this.state = state;
    this.frames = frames;
    this.places = List.copyOf(places);
  }

  /** The name of a capture's index: beside it, with {@code .vpcidx} added. */
  public static Path beside(Path capture) {
    return capture.resolveSibling(capture.getFileName() + ".vpcidx");
  }

  /**
   * Reads a capture to its end, or to its damage.
   *
   * @throws IOException also if it can't have an index
   */
  public static CaptureIndex build(Path capture) throws IOException {
    CaptureState state = CaptureState.of(capture);
    List<Place> places = new ArrayList<>();
    long frames = 0;
    try (CaptureReader reader = Captures.open(capture);
        FrameBatch batch = new FrameBatch(STRIDE)) {
      if (reader.compression() != Compression.NONE || reader.size() < 0) {
        throw new IOException(capture + " is packed or no file: only unpacked files have an index");
      }
      frames = read(reader, batch, places);
    } catch (DamagedInputException e) {
      throw new IOException("no index: " + e.getMessage(), e);
    }
    return new CaptureIndex(capture, state, frames, places);
  }

  private static long read(CaptureReader reader, FrameBatch batch, List<Place> places)
      throws IOException {
    long latest = Long.MIN_VALUE;
    long previous = 0;
    int interfaces = 0;
    try (FrameBatch first = new FrameBatch(1)) {
      if (reader.read(first) > 0) {
        previous = first.timestampNs[0];
        latest = previous;
        interfaces = reader.interfaces().size();
      }
    }
    String format = reader.format();
    while (reader.read(batch) > 0) {
      for (int i = 0; i < batch.size; i++) {
        previous = batch.timestampNs[i];
        latest = Math.max(latest, previous);
      }
      batch.clear();
      if (interfaces != reader.interfaces().size() || !format.equals(reader.format())) {
        throw new IOException(
            reader.describe()
                + " has interfaces or sections behind its first frame: it can't have an index");
      }
      places.add(new Place(reader.frames() + 1, reader.position(), latest, previous));
    }
    return reader.frames();
  }

  /**
   * Reads the index beside a capture.
   *
   * @throws StaleIndexException if the capture has changed since
   * @throws DamagedInputException if it is no whole index
   */
  public static CaptureIndex open(Path capture) throws IOException {
    return IndexFile.read(beside(capture), capture);
  }

  /** Writes it beside its capture, whole or not at all. */
  public void write() throws IOException {
    IndexFile.write(beside(capture), this);
  }

  CaptureState state() {
    return state;
  }

  List<Place> places() {
    return places;
  }

  /** Frames of the capture. */
  public long frames() {
    return frames;
  }

  /**
   * Opens the capture so that the first frame read is {@code number}; at its end if it has not so
   * many. The caller closes it.
   *
   * @param number from 1
   */
  public CaptureReader atFrame(long number) throws IOException {
    if (number < 1) {
      throw new IllegalArgumentException("frame " + number + ", legal from 1");
    }
    CaptureReader reader = at(place(number));
    try {
      skip(reader, number - 1 - reader.frames());
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * Opens the capture so that every frame before the first one read is earlier than {@code timeNs},
   * also where frames are out of order in time; up to {@link #STRIDE} frames that are earlier as
   * well may come first. The caller closes it.
   */
  public CaptureReader atTime(long timeNs) throws IOException {
    Place found = null;
    int low = 0;
    int high = places.size();
    while (low < high) {
      int middle = low + high >>> 1;
      if (places.get(middle).latestNs() < timeNs) {
        found = places.get(middle);
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return at(found);
  }

  /**
   * Opens the capture so that no frame that a filter takes lies before the first one read, as far
   * on as can be known without reading. The caller closes it.
   */
  public CaptureReader at(FrameFilter filter) throws IOException {
    CaptureReader byTime = atTime(filter.earliestNs(firstNs()));
    if (byTime.frames() + 1 >= filter.firstFrame()) {
      return byTime;
    }
    byTime.close();
    return atFrame(filter.firstFrame());
  }

  /** Timestamp of the first frame, 0 if there is none. */
  private long firstNs() throws IOException {
    try (CaptureReader reader = at((Place) null);
        FrameBatch batch = new FrameBatch(1)) {
      return reader.read(batch) == 0 ? 0 : batch.timestampNs[0];
    }
  }

  /** The last place at or before a frame; null if that is the begin. */
  private Place place(long number) {
    Place found = null;
    int low = 0;
    int high = places.size();
    while (low < high) {
      int middle = low + high >>> 1;
      if (places.get(middle).frame() <= number) {
        found = places.get(middle);
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return found;
  }

  // The reader closes its channel.
  @SuppressWarnings("resource")
  private CaptureReader at(Place place) throws IOException {
    state.requireSame(capture);
    FileChannel channel = FileChannel.open(capture, StandardOpenOption.READ);
    CaptureReader reader = Captures.open(capture.toString(), channel, false, channel.size());
    if (place == null) {
      return reader;
    }
    try {
      // Interfaces stand before the first frame.
      skip(reader, 1);
      reader.seek(channel, place);
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private static void skip(CaptureReader reader, long count) throws IOException {
    long left = count;
    while (left > 0) {
      try (FrameBatch batch = new FrameBatch((int) Math.min(left, STRIDE))) {
        int read = reader.read(batch);
        if (read == 0) {
          return;
        }
        left -= read;
      }
    }
  }
}
