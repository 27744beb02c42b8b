package io.vpcrig.route;

import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.TextInput;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads IPv4 prefixes, a line each, {@code 10.1.0.0/16} or {@code 10.1.0.0/16 7}, the number being
 * a next hop or whatever else the file labels its prefixes with (in pyasn's files the number of the
 * autonomous system). Lines end in LF or CRLF; blank ones and those that begin with {@code #} or
 * {@code ;} are comments; the file may be compressed by gzip. IPv6 prefixes are counted and passed
 * over unread.
 *
 * <p>Works on the bytes of a small buffer and makes no object for a line: a million lines take a
 * tenth of a second. Thread: the owner's.
 */
public final class PrefixFile implements Closeable {
  /** No line is longer, in bytes. */
  public static final int LONGEST_LINE = 1 << 16;

  private static final int LONGEST_QUOTE = 40;

  private final String name;
  private final InputStream in;
  private final long largestLabel;

  private final byte[] buffer = new byte[LONGEST_LINE + 1];
  private int filled;
  private int lineStart;
  private int lineEnd;
  private int nextLine;
  private int lineNumber;
  private int at;

  private int ipv6;
  private int address;
  private int length;
  private long label;

  private PrefixFile(InputStream in, String name, long largestLabel) {
    this.in = in;
    this.name = name;
    this.largestLabel = largestLabel;
  }

  /**
   * Opens a file.
   *
   * @param largestLabel labels are 1 up to this
   */
  public static PrefixFile open(Path file, long largestLabel) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      return open(bytes, file.toString(), largestLabel);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  /**
   * As {@link #open(Path, long)}, from bytes that may be compressed.
   *
   * @param name of the file, for messages
   */
  public static PrefixFile open(InputStream bytes, String name, long largestLabel)
      throws IOException {
    return new PrefixFile(TextInput.plain(bytes), name, largestLabel);
  }

  /**
   * Goes to the next IPv4 prefix; false at the end of the file.
   *
   * @throws MalformedLineException if a line is neither prefix nor comment
   */
  public boolean next() throws IOException {
    while (nextLine()) {
      skipBlanks();
      if (at == lineEnd || buffer[at] == '#' || buffer[at] == ';') {
        continue;
      }
      if (isIpv6()) {
        ipv6++;
        continue;
      }
      readLine();
      return true;
    }
    return false;
  }

  /** The prefix's address; host bits as written. */
  public int address() {
    return address;
  }

  /** The prefix's length, 0..32. */
  public int length() {
    return length;
  }

  /** The number behind the prefix, 0 if there is none. */
  public long label() {
    return label;
  }

  /** IPv6 prefixes passed over so far. */
  public int ipv6Prefixes() {
    return ipv6;
  }

  /** Blames the current line for a problem that its reader's caller has with it. */
  public MalformedLineException malformed(String problem) {
    return malformed(lineStart, problem);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private boolean nextLine() throws IOException {
    lineStart = nextLine;
    int end = lineStart;
    while (true) {
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      if (end < filled) {
        break;
      }
      end -= lineStart;
      if (!fill()) {
        break;
      }
    }
    if (lineStart == filled) {
      return false;
    }
    lineNumber++;
    at = lineStart;
    nextLine = Math.min(end + 1, filled);
    lineEnd = end > lineStart && buffer[end - 1] == '\r' ? end - 1 : end;
    return true;
  }

  /** Moves the line begun to the front and reads more behind it; false at the end of the file. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, lineStart, buffer, 0, filled - lineStart);
    filled -= lineStart;
    lineStart = 0;
    if (filled == buffer.length) {
      lineNumber++;
      throw malformed(0, "line of more than " + LONGEST_LINE + " bytes");
    }
    int read = in.read(buffer, filled, buffer.length - filled);
    filled += Math.max(read, 0);
    return read >= 0;
  }

  /** Whether a colon stands in the first word; where this is not so, it is to be IPv4. */
  private boolean isIpv6() {
    for (int k = at; k < lineEnd && buffer[k] != '/' && !isBlank(buffer[k]); k++) {
      if (buffer[k] == ':') {
        return true;
      }
    }
    return false;
  }

  private void readLine() throws MalformedLineException {
    address = 0;
    for (int octet = 0; octet < 4; octet++) {
      if (octet > 0) {
        expect('.', "in the address");
      }
      address = address << 8 | (int) number("octet of the address", 0, 255);
    }
    expect('/', "behind the address");
    length = (int) number("prefix length", 0, 32);
    int behind = at;
    skipBlanks();
    label = 0;
    if (at < lineEnd && at > behind) {
      label = number("number behind the prefix", 1, largestLabel);
      skipBlanks();
    }
    if (at < lineEnd) {
      throw malformed(at, "the end of the line expected, found " + found(at));
    }
  }

  private void expect(char wanted, String where) throws MalformedLineException {
    if (at == lineEnd || buffer[at] != wanted) {
      throw malformed(at, "'" + wanted + "' expected " + where + ", found " + found(at));
    }
    at++;
  }

  /** Decimal digits without leading zeros. */
  private long number(String what, long least, long most) throws MalformedLineException {
    int from = at;
    int behind = from;
    long value = 0;
    while (behind < lineEnd && isDigit(buffer[behind]) && value <= most) {
      value = value * 10 + buffer[behind++] - '0';
    }
    at = behind;
    boolean leadingZero = at - from > 1 && buffer[from] == '0';
    if (at == from || leadingZero || value < least || value > most) {
      throw malformed(from, what + " is " + found(from) + ", legal " + least + ".." + most);
    }
    return value;
  }

  private static boolean isDigit(byte character) {
    return character >= '0' && character <= '9';
  }

  private void skipBlanks() {
    while (at < lineEnd && isBlank(buffer[at])) {
      at++;
    }
  }

  private static boolean isBlank(byte character) {
    return character == ' ' || character == '\t';
  }

  private MalformedLineException malformed(int where, String problem) {
    return new MalformedLineException(name, lineNumber, where - lineStart + 1, problem);
  }

  /** The letters and digits at a place of the line, or the one character there; for messages. */
  private String found(int where) {
    if (where == lineEnd) {
      return "the end of the line";
    }
    int end = where;
    while (end < lineEnd && end - where < LONGEST_QUOTE && isLetterOrDigit(buffer[end])) {
      end++;
    }
    if (end > where) {
      return "'" + new String(buffer, where, end - where, StandardCharsets.ISO_8859_1) + "'";
    }
    int character = buffer[where] & 0xff;
    return isBlank(buffer[where])
        ? "a blank"
        : character > ' ' && character < 0x7f
            ? "'" + (char) character + "'"
            : String.format("the byte 0x%02x", character);
  }

  private static boolean isLetterOrDigit(byte character) {
    return isDigit(character)
        || character >= 'A' && character <= 'Z'
        || character >= 'a' && character <= 'z';
  }
}
