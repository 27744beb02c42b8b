package io.vpcrig.config;

import io.vpcrig.model.Origin;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads VPC files. Everything wrong with a file is told at once; a file that can't be read at all
 * is a {@link ConfigException} too.
 */
public final class VpcFile {
  /** The argument that stands for standard input. */
  public static final String STDIN = "-";

  private VpcFile() {}

  /**
   * What a file says.
   *
   * @param vpc empty if there are errors
   * @param problems errors and warnings in the order of the file
   */
  public record Outcome(Optional<Vpc> vpc, List<Problem> problems) {
    public Outcome {
      problems = List.copyOf(problems);
    }

    public long errors() {
      return problems.stream().filter(Problem::isError).count();
    }

    public long warnings() {
      return problems.size() - errors();
    }

    /** The VPC, or everything that is wrong. */
    public Vpc orElseThrow() throws ConfigException {
      if (vpc.isEmpty()) {
        throw new ConfigException(problems);
      }
      return vpc.get();
    }
  }

  /** The VPC of a file, named in origins as the path is written. */
  public static Vpc read(Path file) throws ConfigException {
    return check(file).orElseThrow();
  }

  /** The VPC of a command-line argument: a file, or {@link #STDIN}. */
  public static Vpc read(String argument, InputStream stdin) throws ConfigException {
    return check(argument, stdin).orElseThrow();
  }

  /**
   * The VPC of a text.
   *
   * @param name stands for the file in origins
   */
  public static Vpc parse(String text, String name) throws ConfigException {
    return check(text, name).orElseThrow();
  }

  /** As {@link #read(Path)}, with warnings. */
  public static Outcome check(Path file) {
    String name = file.toString();
    try (InputStream in = Files.newInputStream(file)) {
      return check(in.readNBytes(YamlText.MAX_BYTES + 1), name);
    } catch (NoSuchFileException e) {
      return unreadable(name, "there is no such file; check the path");
    } catch (IOException e) {
      String cause = Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
      return unreadable(name, "can't be read: " + cause + "; name a readable file");
    }
  }

  /** As {@link #read(String, InputStream)}, with warnings. */
  public static Outcome check(String argument, InputStream stdin) {
    if (!argument.equals(STDIN)) {
      try {
        return check(Path.of(argument));
      } catch (java.nio.file.InvalidPathException e) {
        return unreadable(YamlValue.shown(argument), "is no path; check it");
      }
    }
    try {
      return check(stdin.readNBytes(YamlText.MAX_BYTES + 1), "stdin");
    } catch (IOException e) {
      return unreadable("stdin", "can't be read: " + e.getMessage());
    }
  }

  /** As {@link #parse}, with warnings. */
  public static Outcome check(String text, String name) {
    Problems problems = new Problems();
    return outcome(new YamlText(name, problems).compose(text), name, problems);
  }

  /** As {@link #check(String, String)}, from UTF-8. */
  public static Outcome check(byte[] utf8, String name) {
    Problems problems = new Problems();
    return outcome(new YamlText(name, problems).compose(utf8), name, problems);
  }

  private static Outcome outcome(Optional<Node> root, String name, Problems problems) {
    Optional<Vpc> vpc =
        root.flatMap(node -> new VpcReader().read(new YamlValue(node, "", name, problems)));
    vpc.ifPresent(found -> new VpcAdvice(found, problems).run());
    return new Outcome(vpc, problems.sorted());
  }

  private static Outcome unreadable(String name, String message) {
    Problems problems = new Problems();
    problems.error(new Origin(name, 0, 0), "", message);
    return new Outcome(Optional.empty(), problems.sorted());
  }
}
