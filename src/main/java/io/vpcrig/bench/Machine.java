package io.vpcrig.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The machine, as far as Linux tells under /proc and /sys; elsewhere what the JVM knows.
 *
 * @param cpu model name, or the architecture where there is none
 * @param cores that this process may use
 * @param flags of the processor that fast code asks for, in the kernel's words; empty where unknown
 * @param governor of core 0's frequency; empty where there is none, as in most virtual machines
 * @param vectorBits widest integer vectors of the processor, 0 where unknown
 * @param caches of core 0, from the nearest on, like {@code L1d 32 KiB}; empty where unknown
 */
public record Machine(
    String cpu,
    int cores,
    List<String> flags,
    String governor,
    int vectorBits,
    List<String> caches,
    String os) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path GOVERNOR =
      Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  private static final List<String> FLAGS =
      List.of("sse4_2", "avx", "avx2", "bmi2", "avx512f", "avx512bw", "avx512vl", "avx512vbmi");
  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

  public Machine {
    flags = List.copyOf(flags);
    caches = List.copyOf(caches);
  }

  /** The machine this runs on. */
  public static Machine here() {
    List<String> info = lines(CPU_INFO);
    String model = field(info, "model name");
    Set<String> flags = Set.of(field(info, "flags").split(" "));
    return new Machine(
        model.isEmpty() ? System.getProperty("os.arch") : model,
        Runtime.getRuntime().availableProcessors(),
        FLAGS.stream().filter(flags::contains).toList(),
        word(GOVERNOR),
        vectorBits(flags),
        cachesOf(CACHES),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("cpu", cpu).put("cores", cores).put("vectorBits", vectorBits);
    flags.forEach(root.putArray("flags")::add);
    if (!governor.isEmpty()) {
      root.put("governor", governor);
    }
    caches.forEach(root.putArray("caches")::add);
    return root.put("os", os);
  }

  /** From the flags of x86; the words are the kernel's. */
  private static int vectorBits(Set<String> flags) {
    if (flags.contains("avx512f")) {
      return 512;
    }
    if (flags.contains("avx2")) {
      return 256;
    }
    return flags.contains("sse2") ? 128 : 0;
  }

  private static List<String> cachesOf(Path folder) {
    List<String> found = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(folder, "index*")) {
      for (Path entry : entries) {
        String type = word(entry.resolve("type"));
        String kind = type.equals("Data") ? "d" : type.equals("Instruction") ? "i" : "";
        found.add(
            "L" + word(entry.resolve("level")) + kind + " " + size(word(entry.resolve("size"))));
      }
    } catch (IOException e) {
      return List.of();
    }
    Collections.sort(found);
    return found;
  }

  /**
   * @param text KiB, as the kernel writes them: {@code 512K}
   */
  private static String size(String text) {
    return text.matches("[0-9]{1,9}K")
        ? Figures.size(Long.parseLong(text.substring(0, text.length() - 1)) << 10)
        : text;
  }

  private static String word(Path file) {
    return String.join("", lines(file)).strip();
  }

  private static String field(List<String> info, String name) {
    return info.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
