import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Lets the class archive take classes of Java 5, as picocli's are: the JVM archives no class file
 * older than version 50, and verifying those at each start takes longer than all the rest of it
 * (0.65 s of a start before, 0.40 after). Of a class file only the version is changed; version 50
 * is verified by the old rules where the new ones find nothing to go by (JVMS 4.10).
 *
 * <p>The launcher runs it on each jar before it makes the archive; a jar with nothing to change
 * stays as it is.
 */
final class ArchivableJars {
  private static final int OLDEST = 50;
  private static final int MAJOR = 6;

  private ArchivableJars() {}

  public static void main(String[] jars) throws IOException {
    for (String jar : jars) {
      Path file = Path.of(jar);
      Path raised = Path.of(jar + ".raised");
      if (raise(file, raised)) {
        Files.move(raised, file, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.deleteIfExists(raised);
    }
  }

  /** Whether anything was raised. */
  private static boolean raise(Path from, Path to) throws IOException {
    boolean any = false;
    try (ZipFile in = new ZipFile(from.toFile());
        OutputStream file = Files.newOutputStream(to);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (ZipEntry entry : Collections.list(in.entries())) {
        byte[] bytes = in.getInputStream(entry).readAllBytes();
        if (entry.getName().endsWith(".class") && isOlder(bytes)) {
          bytes[MAJOR] = 0;
          bytes[MAJOR + 1] = OLDEST;
          any = true;
        }
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTime(entry.getTime());
        out.putNextEntry(copy);
        out.write(bytes);
        out.closeEntry();
      }
    }
    return any;
  }

  private static boolean isOlder(byte[] bytes) {
    return bytes.length > MAJOR + 1
        && ((bytes[MAJOR] & 0xff) << 8 | bytes[MAJOR + 1] & 0xff) < OLDEST;
  }
}
