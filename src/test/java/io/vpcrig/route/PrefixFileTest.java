package io.vpcrig.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.MalformedLineException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixFileTest {
  private static final String GOOD = "10.0.0.0/8 7\n1.2.3.0/24\n";
  private static final List<String> PREFIXES = List.of("10.0.0.0/8=7", "1.2.3.0/24=0");

  @Test
  void readsPrefixesWithAndWithoutANextHop() throws IOException {
    assertEquals(PREFIXES, read(GOOD));
  }

  @Test
  void takesEitherLineEndAndALastLineWithoutOne() throws IOException {
    assertEquals(PREFIXES, read(GOOD.replace("\n", "\r\n")));
    assertEquals(PREFIXES, read(GOOD.stripTrailing()));
    assertEquals(PREFIXES, read("\r\n" + GOOD + "\n \n"));
  }

  @Test
  void takesTabsBlanksAndComments() throws IOException {
    assertEquals(PREFIXES, read("; IP-ASN\n# x\n \t10.0.0.0/8\t7 \n  # 9\n1.2.3.0/24\t\n"));
  }

  @Test
  void takesGzip() throws IOException {
    try (PrefixFile file = open(gzip(GOOD.getBytes(StandardCharsets.ISO_8859_1)))) {
      assertEquals(PREFIXES, all(file));
    }
  }

  @Test
  void countsIpv6AndPassesItOver() throws IOException {
    String text = "2001:db8::/32\n" + GOOD + "::/0 3\n::ffff:1.2.3.4/128\n";
    try (PrefixFile file = open(text.getBytes(StandardCharsets.ISO_8859_1))) {
      assertEquals(PREFIXES, all(file));
      assertEquals(3, file.ipv6Prefixes());
    }
  }

  @Test
  void readsLinesThatLieAcrossTheEdgeOfItsBuffer() throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int k = 0; k < 20_000; k++) {
      Cidr prefix = new Cidr(k * 0x9e37_79b1, k % 33);
      text.append(prefix).append(' ').append(1 + k % 999).append(k % 3 == 0 ? "\r\n" : "\n");
      expected.add(prefix + "=" + (1 + k % 999));
    }
    assertEquals(expected, read(text.toString()));
  }

  @Test
  void takesAFileWithNothingInIt() throws IOException {
    assertEquals(List.of(), read(""));
    assertEquals(List.of(), read("\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "256.0.0.0/8   | 1 | octet of the address is '256', legal 0..255",
        "1.2.3/24      | 6 | '.' expected in the address, found '/'",
        "1.2.3.4       | 8 | '/' expected behind the address, found the end of the line",
        "1.2.03.0/24   | 5 | octet of the address is '03', legal 0..255",
        "1..3.0/24     | 3 | octet of the address is '.', legal 0..255",
        "1.2.3.4/33    | 9 | prefix length is '33', legal 0..32",
        "1.2.3.4/99999 | 9 | prefix length is '99999', legal 0..32",
        "1.2.3.4/      | 9 | prefix length is the end of the line, legal 0..32",
        "1.2.3.4/24 x  | 12 | number behind the prefix is 'x', legal 1..1000",
        "1.2.3.4/24 0  | 12 | number behind the prefix is '0', legal 1..1000",
        "1.2.3.4/24 1001 | 12 | number behind the prefix is '1001', legal 1..1000",
        "1.2.3.4/24x   | 11 | the end of the line expected, found 'x'",
        "1.2.3.4/24 7 9 | 14 | the end of the line expected, found '9'",
        "hello         | 1 | octet of the address is 'hello', legal 0..255",
      })
  void blamesFileLineColumnAndValue(String line, int column, String problem) {
    var e = assertThrows(MalformedLineException.class, () -> read(GOOD + line + "\n" + GOOD));
    assertEquals("routes.txt:3:" + column + ": " + problem, e.getMessage());
  }

  @Test
  void namesABytethatIsNoText() {
    var e = assertThrows(MalformedLineException.class, () -> read("\u0000\u0001"));
    assertEquals(
        "routes.txt:1:1: octet of the address is the byte 0x00, legal 0..255", e.getMessage());
  }

  @Test
  void refusesALineWithoutEnd() throws IOException {
    String most = "#".repeat(PrefixFile.LONGEST_LINE) + "\n";
    assertEquals(PREFIXES, read(most + GOOD));
    var e = assertThrows(MalformedLineException.class, () -> read(GOOD + "#" + most));
    assertEquals("routes.txt:3:1: line of more than 65536 bytes", e.getMessage());
  }

  @Test
  void itsReaderCanBlameALineToo() throws IOException {
    try (PrefixFile file = open(GOOD.getBytes(StandardCharsets.ISO_8859_1))) {
      file.next();
      file.next();
      assertEquals("routes.txt:2:1: too much", file.malformed("too much").getMessage());
    }
  }

  @Test
  void saysSoWhereGzipIsCutShort() throws IOException {
    byte[] whole = gzip(GOOD.repeat(10).getBytes(StandardCharsets.ISO_8859_1));
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    assertThrows(EOFException.class, () -> all(open(half)));
  }

  private static List<String> read(String text) throws IOException {
    try (PrefixFile file = open(text.getBytes(StandardCharsets.ISO_8859_1))) {
      return all(file);
    }
  }

  private static PrefixFile open(byte[] bytes) throws IOException {
    return PrefixFile.open(new ByteArrayInputStream(bytes), "routes.txt", 1000);
  }

  private static List<String> all(PrefixFile file) throws IOException {
    List<String> lines = new ArrayList<>();
    while (file.next()) {
      lines.add(new Cidr(file.address(), file.length()) + "=" + file.label());
    }
    return lines;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }
}
