package io.vpcrig.config;

import io.vpcrig.model.Origin;
import io.vpcrig.model.TestCase;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A file of test cases and the VPC they are about.
 *
 * @param file as the operator named it
 */
public record CaseFile(String file, Vpc vpc, List<TestCase> cases) {
  public CaseFile {
    cases = List.copyOf(cases);
  }

  /**
   * Reads a file; paths in it count from where it stands.
   *
   * @throws ConfigException with everything that is wrong with it, or with its VPC
   */
  public static CaseFile read(Path file) throws ConfigException {
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
    CaseReader reader = new CaseReader(file);
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
