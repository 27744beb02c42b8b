package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path directory;

  @Test
  void appearsWithTheCommitAndNotBefore() throws IOException {
    Path target = directory.resolve("out");
    try (WholeFile file = new WholeFile(target.toString())) {
      write(file, "whole");
      assertFalse(Files.exists(target));
      file.commit();
    }
    assertEquals("whole", Files.readString(target));
    assertEquals(List.of(target), contents());
  }

  @Test
  void othersMayReadItAsAnyFileMadeHere() throws IOException {
    Path target = directory.resolve("out");
    try (WholeFile file = new WholeFile(target.toString())) {
      write(file, "whole");
      file.commit();
    }
    Path usual = Files.writeString(directory.resolve("usual"), "whole");
    assertEquals(Files.getPosixFilePermissions(usual), Files.getPosixFilePermissions(target));
  }

  @Test
  void leavesWhatWasThereWithoutACommit() throws IOException {
    Path target = Files.writeString(directory.resolve("out"), "before");
    try (WholeFile file = new WholeFile(target.toString())) {
      write(file, "half");
    }
    assertEquals("before", Files.readString(target));
    assertEquals(List.of(target), contents());
  }

  @Test
  void replacesWhatALinkNamesAndNotTheLink() throws IOException {
    Path target = Files.writeString(directory.resolve("out"), "before");
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    try (WholeFile file = new WholeFile(link.toString())) {
      write(file, "after");
      file.commit();
    }
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("after", Files.readString(target));
  }

  /** Through a link: if this fails, it is the link that is replaced and not the device. */
  @Test
  void writesIntoDevicesDirectly() throws IOException {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device), "SKIPPED: no /dev/null");
    assertFalse(Files.isRegularFile(device), "/dev/null was replaced by a file");
    Path link = Files.createSymbolicLink(directory.resolve("link"), device);
    try (WholeFile file = new WholeFile(link.toString())) {
      write(file, "gone");
      file.commit();
    }
    assertTrue(Files.isSymbolicLink(link));
    assertFalse(Files.isRegularFile(device));
    assertEquals(List.of(link), contents());
  }

  @Test
  void aFolderThatIsNotThereIsToldOfFirst() {
    Path target = directory.resolve("nowhere").resolve("out");
    var e = assertThrows(IOException.class, () -> new WholeFile(target.toString()));
    assertEquals("can't write " + target + ": its folder does not exist", e.getMessage());
  }

  private static void write(WholeFile file, String text) throws IOException {
    file.stream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<Path> contents() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
