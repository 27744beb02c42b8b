package io.vpcrig.model;

/** Walks over the characters of one line. */
public final class LineScanner {
  private final String file;
  private String text = "";
  private int line;
  private int at;

  public LineScanner(String file) {
    this.file = file;
  }

  /** Where the line taken last stands. */
  public Origin origin() {
    return new Origin(file, line, 1);
  }

  /** Takes the next line of the file; false if it is blank or a comment. */
  public boolean next(String nextText) {
    text = nextText;
    line++;
    at = 0;
    skipBlanks();
    return at < text.length() && text.charAt(at) != '#';
  }

  /** Whether only blanks are left. */
  public boolean atEnd() {
    skipBlanks();
    return at == text.length();
  }

  /** Steps over {@code wanted}, blanks before it allowed. */
  public void expect(char wanted, String what) throws MalformedLineException {
    skipBlanks();
    if (at == text.length() || text.charAt(at) != wanted) {
      throw malformed(at, "'" + wanted + "' expected " + what + ", found " + found(at));
    }
    at++;
  }

  /** A decimal number, blanks before it allowed. */
  public long decimal(String what, long smallest, long largest) throws MalformedLineException {
    skipBlanks();
    return number(at, what, 10, smallest, largest);
  }

  /** A hexadecimal number after 0x, blanks before it allowed. */
  public int hex(String what, int largest) throws MalformedLineException {
    skipBlanks();
    if (!text.startsWith("0x", at) && !text.startsWith("0X", at)) {
      throw outOfRange(at, what, 16, 0, largest);
    }
    int from = at;
    at += 2;
    return (int) number(from, what, 16, 0, largest);
  }

  /** Four decimal octets joined by dots. */
  public int address(String what) throws MalformedLineException {
    skipBlanks();
    int address = 0;
    for (int i = 0; i < 4; i++) {
      if (i > 0) {
        expect('.', "in " + what);
      }
      address = address << 8 | (int) number(at, "octet of " + what, 10, 0, 255);
    }
    return address;
  }

  /** 0-based column of the next word. */
  public int column() {
    skipBlanks();
    return at;
  }

  /**
   * Something wrong with the line.
   *
   * @param column 0-based
   */
  public MalformedLineException malformed(int column, String problem) {
    return new MalformedLineException(file, line, column + 1, problem);
  }

  /**
   * The digits from here on.
   *
   * @param word column where the number began, for messages
   */
  private long number(int word, String what, int radix, long smallest, long largest)
      throws MalformedLineException {
    int from = at;
    long value = 0;
    for (int digit; at < text.length(); at++) {
      digit = Character.digit(text.charAt(at), radix);
      if (digit < 0) {
        break;
      }
      value = Math.min(value * radix + digit, Integer.MAX_VALUE * 1000L);
    }
    if (at == from || isPartOfWord(at) || value < smallest || value > largest) {
      throw outOfRange(word, what, radix, smallest, largest);
    }
    return value;
  }

  private MalformedLineException outOfRange(
      int word, String what, int radix, long smallest, long largest) {
    String legal =
        radix == 16
            ? String.format(largest > 0xff ? "0x%04x..0x%04x" : "0x%02x..0x%02x", smallest, largest)
            : smallest + ".." + largest;
    return malformed(word, what + " is " + found(word) + ", legal " + legal);
  }

  /** The word at a column, for messages. */
  private String found(int from) {
    if (from == text.length()) {
      return "the end of the line";
    }
    if (Character.isWhitespace(text.charAt(from))) {
      return "a blank";
    }
    int end = from + 1;
    while (isPartOfWord(end) && end - from < 40) {
      end++;
    }
    return "'" + text.substring(from, end) + "'";
  }

  private boolean isPartOfWord(int index) {
    return index < text.length() && Character.isLetterOrDigit(text.charAt(index));
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }
}
