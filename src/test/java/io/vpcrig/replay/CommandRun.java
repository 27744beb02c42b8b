package io.vpcrig.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.cli.VpcrigCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** One command line run in this process, with what it printed. */
record CommandRun(int exit, String out, String err) {

  /** Runs one; not to be called by two threads at once, since it borrows stdout and stderr. */
  static CommandRun of(String... arguments) {
    PrintStream oldOut = System.out;
    PrintStream oldErr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errorsTo = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      System.setOut(to);
      System.setErr(errorsTo);
      CommandLine line = VpcrigCommand.commandLine();
      StringWriter usage = new StringWriter();
      line.setErr(new PrintWriter(usage));
      int exit = line.execute(arguments);
      return new CommandRun(
          exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8) + usage);
    } finally {
      System.setOut(oldOut);
      System.setErr(oldErr);
    }
  }

  /** What it printed on stdout, without what differs from run to run. */
  ObjectNode json() throws JsonProcessingException {
    ObjectNode root = (ObjectNode) new ObjectMapper().readTree(out);
    root.remove("seconds");
    return root;
  }
}
