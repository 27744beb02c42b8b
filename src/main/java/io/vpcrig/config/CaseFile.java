package io.vpcrig.config;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.Origin;
import io.vpcrig.model.TestCase;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file of test cases and what they are about.
 *
 * @param file as the operator named it
 */
public record CaseFile(String file, Subject subject, List<TestCase> cases) {
  /** What is tested. */
  public sealed interface Subject {}

  /** A whole VPC. */
  public record OfVpc(Vpc vpc) implements Subject {}

  /** A rule list of any format: its cases are {@link TestCase.Set} and {@link TestCase.Judged}. */
  public record OfRules(FilterList list) implements Subject {}

  /** Reads rule lists. */
  @FunctionalInterface
  public interface ListReader {
    /**
     * The one list that an argument names.
     *
     * @param argument {@code FILE} or {@code FILE#LIST}
     * @param format name of its format; empty: told by content
     * @throws IOException if it can't be read
     * @throws IllegalArgumentException with a sentence, if it names no list or several
     */
    FilterList read(String argument, Optional<String> format) throws IOException;
  }

  public CaseFile {
    cases = List.copyOf(cases);
  }

  /**
   * Reads a file; paths in it count from where it stands.
   *
   * @throws ConfigException with everything that is wrong with it, or with what it is about
   */
  public static CaseFile read(Path file, ListReader lists) throws ConfigException {
    String name = file.toString();
    Problems problems = new Problems();
    byte[] utf8;
    try (InputStream in = Files.newInputStream(file)) {
      utf8 = in.readNBytes(YamlText.MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw unreadable(name, "there is no such file; check the path");
    } catch (IOException e) {
      throw unreadable(
          name, Files.isDirectory(file) ? "is a directory; name a file" : "can't be read: " + e);
    }
    CaseReader reader = new CaseReader(file, lists);
    var found =
        new YamlText(name, problems)
            .compose(utf8)
            .flatMap(root -> reader.read(new YamlValue(root, "", name, problems)));
    if (found.isEmpty() || problems.errors() != 0) {
      throw new ConfigException(problems.sorted());
    }
    return found.get();
  }

  private static ConfigException unreadable(String name, String message) {
    Problems problems = new Problems();
    problems.error(new Origin(name, 0, 0), "", message);
    return new ConfigException(problems.sorted());
  }
}
