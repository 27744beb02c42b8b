package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of the README's chapter on compilers as they stand there, in a folder with the
 * examples and a {@code vpcrig} that starts these classes: each ends with the exit code in its
 * comment, 0 if there is none, and prints the lines that the README shows.
 */
class ReadmeChapterTest {
  private static final String TITLE = "## Testing a compiler of your own";
  private static final Pattern BLOCK = Pattern.compile("```(\\w*)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern EXIT = Pattern.compile("# exit (\\d+)$");
  private static final Path EXAMPLES = Path.of("examples", "compilers");

  @TempDir Path folder;

  private final StringBuilder printed = new StringBuilder();

  @BeforeEach
  void makeFolder() throws IOException {
    Path examples = Files.createDirectories(folder.resolve(EXAMPLES));
    try (Stream<Path> all = Files.list(EXAMPLES)) {
      for (Path each : all.toList()) {
        Files.copy(each, examples.resolve(each.getFileName()));
      }
    }
    Path launcher = folder.resolve("vpcrig");
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        exec '%s/bin/java' --add-opens java.base/jdk.internal.misc=ALL-UNNAMED \
        --sun-misc-unsafe-memory-access=allow -cp '%s' io.vpcrig.Main "$@"
        """
            .formatted(System.getProperty("java.home"), System.getProperty("java.class.path")));
    assertTrue(launcher.toFile().setExecutable(true));
  }

  @Test
  void itsCommandsDoWhatItSays() throws Exception {
    int commands = 0;
    for (Block block : blocks()) {
      if (block.kind().equals("sh") && !block.text().startsWith("#!")) {
        printed.setLength(0);
        for (String line : block.text().lines().toList()) {
          run(line);
          commands++;
        }
      } else if (block.kind().isEmpty() && block.text().contains("packet: ")) {
        block.text().lines().forEach(line -> assertTrue(printed.indexOf(line) >= 0, this::told));
      }
    }
    assertEquals(5, commands);
    try (Stream<Path> kept = Files.list(folder.resolve("found"))) {
      assertEquals(6, kept.count(), "two findings: rules, test case and capture of each");
    }
    JsonNode certificate = new ObjectMapper().readTree(folder.resolve("mine.json").toFile());
    assertTrue(certificate.get("conforms").asBoolean(), certificate::toString);
    assertEquals("[\"icmp-255\",\"protocol-0\"]", certificate.get("without").toString());
  }

  @Test
  void itsProgramsAreTheShippedOnes() throws IOException {
    String chapter = chapter();
    for (String name : List.of("iptables.sh", "verdicts.py")) {
      assertTrue(chapter.contains(Files.readString(EXAMPLES.resolve(name))), name);
    }
  }

  private void run(String command) throws IOException, InterruptedException {
    Matcher exit = EXIT.matcher(command);
    int expected = exit.find() ? Integer.parseInt(exit.group(1)) : 0;
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder("/bin/sh", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), command);
    } finally {
      process.destroyForcibly();
    }
    printed.append("$ ").append(command).append('\n').append(Files.readString(output));
    assertEquals(expected, process.exitValue(), this::told);
  }

  private String told() {
    return printed.toString();
  }

  private record Block(String kind, String text) {}

  private static List<Block> blocks() throws IOException {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(chapter());
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  private static String chapter() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int from = readme.indexOf(TITLE);
    return readme.substring(from, readme.indexOf("\n## ", from + 1));
  }
}
