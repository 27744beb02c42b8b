package io.vpcrig.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vpcrig.frame.BytesLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The shipped captures give the shipped outputs, frame by frame, and the shipped counters. After a
 * change that is meant to change them, {@code pcaps/update.sh} makes them anew; look at the
 * difference before you commit it.
 */
class GoldenReplayTest {

  @TestFactory
  Stream<DynamicTest> givesTheExpectedOutput() {
    return ShippedCases.withMade().entrySet().stream()
        .map(
            shown ->
                DynamicTest.dynamicTest(
                    shown.getKey() + ": " + shown.getValue(), () -> compare(shown.getKey())));
  }

  private static void compare(String name) throws IOException {
    long held = BytesLedger.heldBytes();
    CommandRun run = replay(name, "--expect", "pcaps/" + name + ".expected.pcapng");
    assertEquals(0, run.exit(), run::err);
    Path counters = Path.of("pcaps", name + ".expected.json");
    assertEquals(
        new ObjectMapper().readTree(Files.readString(counters)).toPrettyString(),
        run.json().toPrettyString());
    assertEquals(held, BytesLedger.heldBytes(), "bytes of memory not given back");
  }

  @TestFactory
  Stream<DynamicTest> givesTheSameWithOtherThreads() {
    return ShippedCases.withMade().keySet().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> compareThreads(name)));
  }

  private static void compareThreads(String name) throws IOException {
    String one = replay(name).json().toPrettyString();
    assertEquals(one, replay(name, "--workers", "2").json().toPrettyString());
    assertEquals(one, replay(name, "--pipeline", "staged").json().toPrettyString());
    assertEquals(
        one, replay(name, "--workers", "4", "--pipeline", "staged").json().toPrettyString());
  }

  @Test
  void everyShippedCaptureIsACase() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("pcaps"))) {
      Set<String> recorded =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".kernel.pcap"))
              .map(file -> file.substring(0, file.length() - ".kernel.pcap".length()))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(new TreeSet<>(ShippedCases.ALL.keySet()), recorded);
    }
  }

  private static CommandRun replay(String name, String... more) {
    String[] fixed = {
      "replay", ShippedCases.vpc(name), ShippedCases.input(name), "--format=json", "--progress=none"
    };
    return CommandRun.of(Stream.concat(Stream.of(fixed), Stream.of(more)).toArray(String[]::new));
  }
}
