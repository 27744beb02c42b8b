package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchRouteCommandTest {
  private static final String ROUTES = "10.0.0.0/8 7\n10.1.0.128/25 9\n2001:db8::/32\n";

  /** 10.0.0.1, 10.1.0.129, 11.0.0.0. */
  private static final byte[] ADDRESSES = {10, 0, 0, 1, 10, 1, 0, (byte) 129, 11, 0, 0, 0};

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyFormLooksUpTheAddressesOfAFile() throws IOException {
    assertEquals(0, bench("--routes", routes(ROUTES), "--addresses", addresses(ADDRESSES)));
    String text = out.toString();
    assertTrue(text.contains("2 prefixes, 1 of IPv6 left out; 70.1 MiB"), text);
    assertTrue(text.contains("loop"), text);
    assertTrue(text.contains("gather"), text);
    // h = 7, 7 * 31 + 7, 224 * 31 + 9, 6953 * 31 + 0
    assertTrue(text.contains("next hops of addresses: %016x".formatted(6953 * 31)), text);
  }

  @Test
  void madeAddressesAreMeasuredByPattern() throws IOException {
    Path json = directory.resolve("result.json");
    assertEquals(
        0,
        bench(
            "--routes",
            routes(ROUTES),
            "--pattern",
            "rand,route,zipf,seq",
            "--count",
            "1000",
            "--batch",
            "64",
            "--json",
            json.toString()));
    JsonNode root = new ObjectMapper().readTree(json.toFile());
    assertEquals("route", root.get("bench").asText());
    // Four patterns in two forms, and the changes.
    assertEquals(9, root.get("results").size());
    assertEquals(1000, root.at("/results/0/count").asInt());
    assertEquals(2, root.at("/results/8/routes").asInt());
    assertTrue(root.at("/results/8/changesPerSecond/min").asDouble() > 0);
  }

  @Test
  void malformedInputsAreNamed() throws IOException {
    String bad = routes("10.0.0.0/8\n10.0.0.0/33\n");
    assertEquals(2, bench("--routes", bad));
    assertEquals("vpcrig: " + bad + ":2:10: prefix length is '33', legal 0..32\n", err.toString());
    assertEquals(2, bench("--routes", routes(ROUTES), "--batch", "0"));
    assertTrue(err.toString().contains("--batch is 0, legal: 1..65536"), err::toString);
    assertEquals(3, bench("--routes", routes(ROUTES), "--addresses", addresses(new byte[5])));
    assertTrue(err.toString().contains("5 bytes, legal: a multiple of 4"), err::toString);
  }

  @Test
  void nothingToMeasureIsExit4UnlessAllowed() throws IOException {
    assertEquals(4, bench("--routes", routes("# none\n")));
    assertEquals(0, bench("--routes", routes("# none\n"), "--allow-empty"));
  }

  private int bench(String... options) {
    String[] start = {"bench", "route", "--runs", "2", "--seconds", "0.001", "--warm-up", "0"};
    String[] all = new String[start.length + options.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(options, 0, all, start.length, options.length);
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  private String routes(String text) throws IOException {
    return Files.writeString(directory.resolve("routes"), text).toString();
  }

  private String addresses(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("addresses"), bytes).toString();
  }
}
