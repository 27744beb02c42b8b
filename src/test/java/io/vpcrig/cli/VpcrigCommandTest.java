package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class VpcrigCommandTest {
  @Test
  void verbsAreFoundByTheNamesTheyHave() {
    VpcrigCommand.VERBS.forEach(
        (name, verb) -> assertEquals(verb.getAnnotation(Command.class).name(), name));
    assertEquals(
        VpcrigCommand.VERBS.keySet(), VpcrigCommand.commandLine().getSubcommands().keySet());
  }

  @Test
  void aLineForOneVerbIsTheSameButForTheOthers() {
    for (String name : VpcrigCommand.VERBS.keySet()) {
      CommandLine one = VpcrigCommand.commandLine(name, "x");
      boolean alone = !name.equals("generate-completion");
      assertEquals(
          alone ? Set.of(name) : VpcrigCommand.VERBS.keySet(), one.getSubcommands().keySet());
      assertEquals(
          VpcrigCommand.commandLine().getSubcommands().get(name).getUsageMessage(),
          one.getSubcommands().get(name).getUsageMessage());
    }
  }

  @Test
  void aVerbThatIsNoneIsToldWithThoseThatAreLikeIt() {
    StringWriter err = new StringWriter();
    String[] arguments = {"replai"};
    int exit = VpcrigCommand.commandLine(arguments).setErr(new PrintWriter(err)).execute(arguments);
    assertEquals(ExitCode.USAGE, exit);
    assertTrue(err.toString().contains("replay"), err::toString);
  }
}
