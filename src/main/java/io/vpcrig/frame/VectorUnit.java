package io.vpcrig.frame;

import java.util.Optional;
import jdk.incubator.vector.IntVector;

/**
 * What the vector unit of this machine is good for. The Vector API is an incubator module: tests
 * and benchmarks name it on the command line; the launcher does not, since the JVM would then print
 * a warning at every start, and here it is loaded when first asked for. Every user of vectors keeps
 * a scalar twin.
 *
 * <p>{@code -Dvpcrig.vector=off} turns vectors off, {@code -Dvpcrig.vector=N} pretends that N ints
 * fit (1 to 16): slower than scalar code where they do not, but right.
 */
public final class VectorUnit {
  private static final String MODULE = "jdk.incubator.vector";
  private static final int MOST_LANES = 16;
  private static final int LANES = detect();

  private VectorUnit() {}

  /** Ints of the widest vector that the CPU has; 0 if there are no vectors to be had. */
  public static int lanes() {
    return LANES;
  }

  private static int detect() {
    String wanted = System.getProperty("vpcrig.vector", "");
    if (wanted.equals("off") || !isLoaded()) {
      return 0;
    }
    if (wanted.isEmpty()) {
      return Preferred.lanes();
    }
    Optional<Integer> number = number(wanted);
    return number.orElseThrow(
        () ->
            new IllegalArgumentException(
                "-Dvpcrig.vector is '" + wanted + "', legal off or 1.." + MOST_LANES));
  }

  private static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.parseInt(text)).filter(n -> n >= 1 && n <= MOST_LANES);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean isLoaded() {
    if (ModuleLayer.boot().findModule(MODULE).isPresent()) {
      return true;
    }
    try {
      // Exported to us where the launcher says so; elsewhere this fails, and so be it.
      Class.forName("jdk.internal.module.Modules")
          .getMethod("loadModule", String.class)
          .invoke(null, MODULE);
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return false;
    }
  }

  /** Apart, so that the module's classes are touched only once it is there. */
  private static final class Preferred {
    static int lanes() {
      return IntVector.SPECIES_PREFERRED.length();
    }
  }
}
