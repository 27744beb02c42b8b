package io.vpcrig.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.frame.VectorUnit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;

/**
 * All that has to be known to read a figure later, or to measure it again.
 *
 * @param commit the sources were built from, {@code -dirty} at its end if they had been changed;
 *     absent if the build did not know
 * @param vectorLanes ints in the vectors that tables are looked up with; 0 where that is scalar
 * @param jvmFlags as given on the command line; folders in them left out
 * @param seed of everything random
 */
public record Environment(
    Machine machine,
    int vectorLanes,
    String jdk,
    List<String> jvmFlags,
    Optional<String> commit,
    Instant date,
    long seed,
    List<InputFile> inputs) {
  private static final String COMMIT_ATTRIBUTE = "Vpcrig-Commit";

  public Environment {
    jvmFlags = List.copyOf(jvmFlags);
    inputs = List.copyOf(inputs);
  }

  /** This process, on this machine, now. */
  public static Environment here(long seed, List<InputFile> inputs) {
    return new Environment(
        Machine.here(),
        VectorUnit.lanes(),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .map(flag -> flag.replaceAll("(^|[=:])[^=:]*/", "$1"))
            .toList(),
        commitOfBuild(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        seed,
        inputs);
  }

  /** A block of results for machines. */
  public ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("date", date.toString());
    commit.ifPresent(hash -> root.put("commit", hash));
    root.set("machine", machine.toJson());
    root.put("vectorLanes", vectorLanes).put("jdk", jdk);
    jvmFlags.forEach(root.putArray("jvmFlags")::add);
    root.put("seed", seed);
    root.set(
        "inputs",
        JsonNodeFactory.instance
            .arrayNode()
            .addAll(inputs.stream().map(InputFile::toJson).toList()));
    return root;
  }

  /** Some short lines for people. */
  public String header() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, %d cores, %d of %d vector bits used"
            .formatted(
                machine.cpu(), machine.cores(), vectorLanes * Integer.SIZE, machine.vectorBits()));
    if (!machine.caches().isEmpty()) {
      lines.add(String.join(", ", machine.caches()));
    }
    lines.add(machine.os() + ", " + jdk);
    lines.add("commit " + commit.orElse("unknown") + ", seed " + seed);
    for (InputFile input : inputs) {
      lines.add(input.name() + " " + input.sha256().substring(0, 16));
    }
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private static Optional<String> commitOfBuild() {
    CodeSource source = Environment.class.getProtectionDomain().getCodeSource();
    if (source == null || !source.getLocation().getPath().endsWith(".jar")) {
      return Optional.empty();
    }
    try (JarFile jar = new JarFile(Path.of(source.getLocation().toURI()).toFile())) {
      return Optional.ofNullable(jar.getManifest())
          .map(manifest -> manifest.getMainAttributes().getValue(COMMIT_ATTRIBUTE))
          .filter(hash -> !hash.equals("unknown"));
    } catch (IOException | URISyntaxException e) {
      return Optional.empty();
    }
  }
}
