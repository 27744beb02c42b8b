package io.vpcrig.bench;

import com.fasterxml.jackson.databind.JsonNode;
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
 * @param load what else ran: processes that wanted a core in the minute before, this one included;
 *     negative where the system does not tell
 * @param seed of everything random
 */
public record Environment(
    Machine machine,
    int vectorLanes,
    String jdk,
    List<String> jvmFlags,
    Optional<String> commit,
    Instant date,
    double load,
    long seed,
    List<InputFile> inputs) {
  private static final String COMMIT_ATTRIBUTE = "Vpcrig-Commit";
  private static final String CHANGED_SUFFIX = "-dirty";

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
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        seed,
        inputs);
  }

  /** A block of results for machines. */
  public ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("date", date.toString());
    commit.ifPresent(hash -> root.put("commit", hash).put("dirty", hash.endsWith(CHANGED_SUFFIX)));
    root.set("machine", machine.toJson());
    root.put("vectorLanes", vectorLanes).put("jdk", jdk);
    jvmFlags.forEach(root.putArray("jvmFlags")::add);
    if (load >= 0) {
      root.put("load", load);
    }
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
    return header(toJson());
  }

  /** The same from a block of results. */
  public static String header(JsonNode block) {
    JsonNode machine = block.path("machine");
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, %d cores, %d of %d vector bits used"
            .formatted(
                machine.path("cpu").asText(),
                machine.path("cores").asInt(),
                block.path("vectorLanes").asInt() * Integer.SIZE,
                machine.path("vectorBits").asInt()));
    List<String> caches = new ArrayList<>();
    machine.path("caches").forEach(cache -> caches.add(cache.asText()));
    if (machine.has("governor")) {
      caches.add("governor " + machine.get("governor").asText());
    }
    if (!caches.isEmpty()) {
      lines.add(String.join(", ", caches));
    }
    lines.add(machine.path("os").asText() + ", " + block.path("jdk").asText());
    lines.add(
        "commit %s, seed %d"
                .formatted(block.path("commit").asText("unknown"), block.path("seed").asLong())
            + (block.has("load")
                ? ", load " + "%.1f".formatted(block.get("load").asDouble())
                : ""));
    for (JsonNode input : block.path("inputs")) {
      String digest = input.path("sha256").asText();
      lines.add(input.path("name").asText() + " " + digest.substring(0, 16));
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
