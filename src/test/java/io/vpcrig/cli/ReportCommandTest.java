package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportCommandTest {
  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  @Test
  void makesThePageOfAKeptResult() throws IOException {
    Path page = folder.resolve("page.html");
    assertEquals(
        0,
        run("{\"bench\": \"acl\", \"results\": [{\"engine\": \"rfc<b>\"}]}", page),
        err::toString);
    String html = Files.readString(page);
    assertTrue(html.contains("rfc\\u003cb\\u003e"), "the result is in it, and no markup");
    assertTrue(html.contains("<title>bench acl</title>"));
  }

  @Test
  void refusesWhatIsNoResult() throws IOException {
    Path page = folder.resolve("page.html");
    assertEquals(2, run("[1]", page));
    assertEquals(2, run("{\"bench\": 1", page));
    assertTrue(err.toString().contains("fields bench and results"), err::toString);
    assertTrue(err.toString().contains("no JSON"), err::toString);
    assertEquals(3, execute("report", folder.resolve("none").toString(), "-o", page.toString()));
    assertFalse(Files.exists(page));
  }

  private int run(String json, Path page) throws IOException {
    Path file = folder.resolve("result.json");
    Files.writeString(file, json);
    return execute("report", file.toString(), "-o", page.toString());
  }

  private int execute(String... arguments) {
    CommandLine line = VpcrigCommand.commandLine();
    line.setOut(new PrintWriter(new StringWriter()));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }
}
