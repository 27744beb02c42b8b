package io.vpcrig.config;

import io.vpcrig.config.Problem.Severity;
import io.vpcrig.model.Origin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong with one file, up to {@link #LIMIT} problems. */
final class Problems {
  static final int LIMIT = 1000;

  private static final Comparator<Problem> BY_PLACE =
      Comparator.<Problem>comparingInt(problem -> problem.origin().line())
          .thenComparingInt(problem -> problem.origin().column());

  private final Set<Problem> found = new LinkedHashSet<>();
  private int errors;
  private int dropped;

  void error(Origin origin, String path, String message) {
    errors++;
    add(new Problem(origin, Severity.ERROR, path, message));
  }

  void warning(Origin origin, String path, String message) {
    add(new Problem(origin, Severity.WARNING, path, message));
  }

  /** Errors so far, reported or not. */
  int errors() {
    return errors;
  }

  /** All, in the order of the file. */
  List<Problem> sorted() {
    List<Problem> all = new ArrayList<>(found);
    all.sort(BY_PLACE);
    if (dropped > 0) {
      Origin last = all.getLast().origin();
      all.add(
          new Problem(
              new Origin(last.file(), 0, 0),
              errors > 0 ? Severity.ERROR : Severity.WARNING,
              "",
              dropped + " more problems are not shown, legal up to " + LIMIT));
    }
    return List.copyOf(all);
  }

  private void add(Problem problem) {
    if (found.size() < LIMIT) {
      found.add(problem);
    } else {
      dropped++;
    }
  }
}
