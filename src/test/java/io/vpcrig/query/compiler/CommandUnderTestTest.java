package io.vpcrig.query.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Action;
import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSyntax;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CommandUnderTestTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final List<Flow> HEADERS =
      List.of(
          FlowSyntax.parse("tcp 10.0.0.1:40000 > 10.1.0.1:80"),
          FlowSyntax.parse("icmp 10.0.0.1 > 10.1.0.1 type 3 code 4"));
  private static final WrittenList LIST =
      new WrittenList(List.of(WrittenRule.everything(Action.ALLOW)), Action.DENY);

  @TempDir Path folder;

  @Test
  void rulesComeOnStdinAndHeadersBehindThemWhereVerdictsAreAskedFor() throws Exception {
    Path copy = folder.resolve("copy");
    String command = "cat > " + copy + "; printf 'allow\\ndeny\\n'";
    assertEquals(
        List.of(Answer.Verdict.ALLOW, Answer.Verdict.DENY),
        judge(command, OutputForm.verdicts).stream().map(Answer::verdict).toList());
    assertEquals(
        """
        default deny
        allow any 0.0.0.0/0 any 0.0.0.0/0 any

        tcp 10.0.0.1 40000 10.1.0.1 80
        icmp 10.0.0.1 0 10.1.0.1 3/4
        """,
        Files.readString(copy));
    judge("cat > " + copy + "; echo default allow", OutputForm.auto);
    assertFalse(Files.readString(copy).contains("\n\n"));
  }

  @Test
  void anotherExitCodeIsAFailureAndShowsStderr() {
    CompilerFailure failure = failure("echo 'line 3 is bad' >&2; exit 7", OutputForm.auto);
    assertEquals(CompilerFailure.Kind.FAILED, failure.kind());
    assertEquals("exit code 7", failure.getMessage());
    assertEquals("line 3 is bad\n", failure.details());
    assertFalse(CommandUnderTest.isMissing(failure));
    assertTrue(CommandUnderTest.isMissing(failure("no-such-command-here", OutputForm.auto)));
  }

  @Test
  void whatTakesTooLongIsKilledWithItsChildren() throws InterruptedException {
    Path mark = folder.resolve("mark");
    CompilerFailure failure = failure("(sleep 3; touch " + mark + ")", OutputForm.auto);
    assertEquals(CompilerFailure.Kind.TIMED_OUT, failure.kind());
    Thread.sleep(3000);
    assertFalse(Files.exists(mark));
  }

  @Test
  void aChildLeftRunningHoldsNobodyUp() throws Exception {
    long start = System.nanoTime();
    judge("sleep 20 & echo default deny", OutputForm.auto);
    assertTrue(System.nanoTime() - start < 10 * SECOND_NS);
  }

  @Test
  void endlessOutputIsAFailure() {
    assertEquals(
        "more than 64 MiB of output",
        failure("yes 'default deny'", OutputForm.auto, 30).getMessage());
  }

  @Test
  void outputThatCantBeReadIsAFailureThatShowsIt() {
    CompilerFailure failure = failure("echo compiled fine", OutputForm.auto);
    assertEquals(CompilerFailure.Kind.UNREADABLE, failure.kind());
    assertEquals("compiled fine\n", failure.details());
    assertEquals(
        "stdout:1:1: 1 verdicts for 2 headers",
        failure("echo allow", OutputForm.verdicts).getMessage());
    assertEquals(
        "stdout:2:1: verdict 'maybe', legal: allow, deny",
        failure("echo allow; echo maybe", OutputForm.verdicts).getMessage());
  }

  @Test
  void theIdentityHasTheDigestOfEveryFileOfTheCommand() throws IOException {
    Path script = Files.writeString(folder.resolve("compile.sh"), "echo default deny\n");
    try (CommandUnderTest command = command("sh " + script, OutputForm.auto, 1)) {
      assertEquals(
          "command sh %s; %s sha256:%s"
              .formatted(script, script, Digests.sha256("echo default deny\n")),
          command.identity());
    }
  }

  private static CommandUnderTest command(String text, OutputForm form, int seconds)
      throws IOException {
    return new CommandUnderTest(text, new CompiledOutput(form, Map.of()), seconds * SECOND_NS);
  }

  private static List<Answer> judge(String text, OutputForm form) throws Exception {
    try (CommandUnderTest command = command(text, form, 10)) {
      return command.judge(LIST, HEADERS);
    }
  }

  private static CompilerFailure failure(String text, OutputForm form) {
    return failure(text, form, 2);
  }

  private static CompilerFailure failure(String text, OutputForm form, int seconds) {
    return assertThrows(
        CompilerFailure.class,
        () -> {
          try (CommandUnderTest command = command(text, form, seconds)) {
            command.judge(LIST, HEADERS);
          }
        });
  }
}
