package io.vpcrig.acl;

import io.vpcrig.model.LineScanner;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.TextInput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Headers to classify, as columns. The text form has one header a line, decimal numbers apart by
 * blanks: source, destination, source port, destination port, protocol; then, optionally, flags
 * (read over) and the number of the rule it was made from (ClassBench). Blank lines and lines
 * beginning with # count as no header.
 */
public final class HeaderTrace {
  /** {@link #madeFrom} of a header that does not tell. */
  public static final int UNKNOWN = -1;

  private static final long LARGEST_INT32 = 0xffff_ffffL;

  private int[] source = new int[64];
  private int[] destination = new int[64];
  private int[] ports = new int[64];
  private int[] protocol = new int[64];
  private int[] madeFrom = new int[64];
  private int size;

  /** Reads a file, compressed by gzip or not. */
  public static HeaderTrace read(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return read(file.toString(), bytes);
    }
  }

  /**
   * Reads to the end of a stream.
   *
   * @param name for messages
   */
  public static HeaderTrace read(String name, InputStream bytes) throws IOException {
    var trace = new HeaderTrace();
    var scanner = new LineScanner(name);
    BufferedReader reader = TextInput.open(bytes);
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (scanner.next(line)) {
        trace.add(scanner);
      }
    }
    return trace;
  }

  private void add(LineScanner scanner) throws MalformedLineException {
    long from = scanner.decimal("source address", 0, LARGEST_INT32);
    long to = scanner.decimal("destination address", 0, LARGEST_INT32);
    long sourcePort = scanner.decimal("source port", 0, 65535);
    long destinationPort = scanner.decimal("destination port", 0, 65535);
    long protocolNumber = scanner.decimal("protocol", 0, 255);
    long rule = UNKNOWN;
    if (!scanner.atEnd()) {
      scanner.decimal("flags", 0, LARGEST_INT32);
    }
    if (!scanner.atEnd()) {
      rule = scanner.decimal("rule number", 0, Integer.MAX_VALUE);
    }
    if (!scanner.atEnd()) {
      throw scanner.malformed(scanner.column(), "a header has 5, 6 or 7 numbers");
    }
    add(
        (int) from,
        (int) to,
        (int) (sourcePort << 16 | destinationPort),
        (int) protocolNumber,
        (int) rule);
  }

  /** Adds a header. */
  public void add(
      int sourceAddress, int destinationAddress, int bothPorts, int protocolNumber, int rule) {
    if (size == source.length) {
      grow();
    }
    source[size] = sourceAddress;
    destination[size] = destinationAddress;
    ports[size] = bothPorts;
    protocol[size] = protocolNumber;
    madeFrom[size] = rule;
    size++;
  }

  private void grow() {
    int room = 2 * size;
    source = Arrays.copyOf(source, room);
    destination = Arrays.copyOf(destination, room);
    ports = Arrays.copyOf(ports, room);
    protocol = Arrays.copyOf(protocol, room);
    madeFrom = Arrays.copyOf(madeFrom, room);
  }

  public int size() {
    return size;
  }

  public int source(int i) {
    return source[i];
  }

  public int destination(int i) {
    return destination[i];
  }

  /** Source port in the high 16 bits, destination port in the low. */
  public int ports(int i) {
    return ports[i];
  }

  public int protocol(int i) {
    return protocol[i];
  }

  /** Number of the rule the header was made from, or {@link #UNKNOWN}. */
  public int madeFrom(int i) {
    return madeFrom[i];
  }

  /** Answers of a classifier to all headers: position of the rule or -1. */
  public int[] classifyWith(Classifier classifier) {
    int[] all = new int[size];
    Arrays.setAll(all, i -> i);
    int[] result = new int[size];
    classifier.classify(source, destination, ports, protocol, all, size, result);
    return result;
  }
}
