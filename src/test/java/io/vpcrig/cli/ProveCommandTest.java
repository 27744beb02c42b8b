package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code prove} and {@code diff}. */
class ProveCommandTest {
  private static final String SAVED =
      """
      *filter
      :FORWARD DROP [0:0]
      -A FORWARD -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT
      -A FORWARD -s 10.1.0.0/16 -p udp -m udp --dport 53 -j ACCEPT
      -A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT
      COMMIT
      """;

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String saved;

  @BeforeEach
  void writeInput() throws IOException {
    saved = write("saved", SAVED);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  private int run(String... all) {
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  @Test
  void anotherOrderOfRulesThatDoNotMeetIsEqual() throws IOException {
    String[] lines = SAVED.split("\n");
    String swapped =
        String.join("\n", lines[0], lines[1], lines[4], lines[3], lines[2], lines[5]) + "\n";
    assertEquals(0, run("prove", saved, write("swapped", swapped)), out::toString);
    assertEquals(0, run("diff", saved, write("swapped", swapped)), out::toString);
  }

  @Test
  void aChangedPortIsShownWithBothVerdictsAndSaved() throws IOException {
    String other = write("other", SAVED.replace("--dport 53", "--dport 53:54"));
    Path folder = directory.resolve("found");
    assertEquals(1, run("prove", saved, other, "--save", folder.toString()), err::toString);
    assertTrue(out.toString().contains("udp 10.1.0.0:0 > 0.0.0.0:54"), out::toString);
    assertTrue(out.toString().contains("deny, no rule matches"), out::toString);
    assertTrue(out.toString().contains("allow by rule"), out::toString);
    assertTrue(Files.size(folder.resolve("counter-examples.pcapng")) > 100);
    String cases = folder.resolve("counter-examples.yaml").toString();
    String text = Files.readString(Path.of(cases));
    assertTrue(text.contains("deny: \"udp 10.1.0.0:0 > 0.0.0.0:54\""), text);
    assertEquals(1, run("test", cases), () -> text + err);
    assertTrue(out.toString().contains("expected deny, is allow by rule"), out::toString);
    // Once B means what A means, the case passes.
    Files.writeString(Path.of(other), SAVED);
    assertEquals(0, run("test", cases), out::toString);
  }

  @Test
  void ofSeveralListsEachHasItsOwnCases() throws IOException {
    String text = Files.readString(Path.of("pcaps/vpc.yaml"));
    String vpc = text.substring(text.indexOf("acls:"), text.indexOf("hosts:"));
    String one = write("lists.yaml", vpc);
    String other =
        write(
            "others.yaml",
            vpc.replace("ports: 443, cidr", "ports: 444, cidr")
                .replace("ports: 22-23, cidr", "ports: 22, cidr")
                .replace("ports: 9000, cidr", "ports: 9001, cidr"));
    Path folder = directory.resolve("found");
    run("prove", one, other, "--from", "yaml", "--save", folder.toString());
    for (String number : new String[] {"1", "2"}) {
      String cases = folder.resolve("counter-examples-" + number + ".yaml").toString();
      assertEquals(1, run("test", cases), () -> out + "\n" + err);
      assertTrue(Files.readString(Path.of(cases)).contains("format: yaml"));
    }
    Files.writeString(Path.of(other), vpc);
    assertEquals(0, run("test", folder.resolve("counter-examples-1.yaml").toString()));
  }

  @Test
  void diffTellsNewlyAllowedFromNewlyDenied() throws IOException {
    String other =
        write(
            "other", SAVED.replace("--dport 53", "--dport 54").replace("10.0.0.0/8", "10.0.0.0/9"));
    assertEquals(1, run("diff", saved, other), err::toString);
    String text = out.toString();
    assertTrue(text.contains("newly allowed: allow by rule"), text);
    assertTrue(text.contains("udp 10.1.0.0/16 > 0.0.0.0/0:54"), text);
    assertTrue(text.contains("newly denied: deny, no rule matches"), text);
    assertTrue(text.contains("tcp 10.128.0.0/9 > 0.0.0.0/0:22"), text);
    assertTrue(text.contains("udp 10.1.0.0/16 > 0.0.0.0/0:53"), text);
  }

  @Test
  void aListIsProvedAgainstOurEngines() {
    String rules = "../shared/data/rules/classbench/cutsplit_acl_1k.rules";
    for (String engine : new String[] {"auto", "rfc", "split", "tuple-merge"}) {
      assertEquals(0, run("prove", rules, "--engine", engine), out::toString);
    }
    assertTrue(out.toString().contains("by rfc: equal"), out::toString);
  }

  /** The engine by-protocol is brought by the tests, and keeps its form to itself. */
  @Test
  void anEngineThatCannotBeTakenApartIsUndecidedNotProved() {
    String rules = "../shared/data/rules/classbench/cutsplit_acl_1k.rules";
    assertEquals(5, run("prove", rules, "--engine", "by-protocol"), out::toString);
    assertTrue(out.toString().contains("undecided"), out::toString);
  }

  @Test
  void anIptablesFileIsProvedAgainstItselfAfterConversionThereAndBack() {
    String nft = directory.resolve("there").toString();
    String back = directory.resolve("back").toString();
    assertEquals(0, run("convert", saved, nft, "--to", "nft"), err::toString);
    assertEquals(0, run("convert", nft, back, "--to", "iptables"), err::toString);
    assertEquals(0, run("prove", saved, back), () -> out + "\n" + err);
  }

  @Test
  void oneOfTwoListsOrAnEngineMustBeNamed() {
    assertEquals(2, run("prove", saved));
    assertTrue(err.toString().contains("--engine"), err::toString);
  }
}
