package io.vpcrig.bench;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How the binary tree of a rule set's prefixes forks: a node at level n stands for n leading bits,
 * its weight is the number of prefixes that go on below it, and its lighter child has none, or a
 * weight.
 *
 * <p>ClassBench (Taylor and Turner, section IV) tells by level alone how often a node forks, and
 * how unevenly on average. Told by level and weight, as a distribution, the same figures serve a
 * set of another size, whose nodes fork deeper because they weigh more.
 *
 * <p>Weights are told by their binary logarithm, rounded down.
 *
 * @param cells in order of level, weight and lighter weight; those never seen are left out
 */
record TreeShape(List<Cell> cells) {
  private static final int LEVELS = 32;
  private static final int WEIGHTS = 32;

  /** The lighter child of a node that does not fork. */
  private static final int NONE = -1;

  /**
   * Nodes that are alike.
   *
   * @param weight 1..31
   * @param lighter weight of the lighter child, -1 where there is none
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  record Cell(int level, int weight, int lighter, int nodes) {}

  TreeShape {
    cells = List.copyOf(cells);
  }

  /** Draws forks of the shape. */
  Forks forks() {
    return new Forks(this);
  }

  private static int log(int weight) {
    return 31 - Integer.numberOfLeadingZeros(weight);
  }

  /** Draws how nodes fork; where no node of a weight was seen, as the next weight of that level. */
  static final class Forks {
    private final List<List<Weighted<Cell>>> rows = new ArrayList<>();

    private Forks(TreeShape shape) {
      for (int level = 0; level < LEVELS; level++) {
        List<Weighted<Cell>> row = new ArrayList<>();
        for (int weight = 0; weight < WEIGHTS; weight++) {
          row.add(Weighted.of(shape.nearest(level, weight), Cell::nodes));
        }
        rows.add(row);
      }
    }

    /**
     * Weight of the lighter child of a node, 0..weight/2.
     *
     * @param weight at least 2
     */
    int lighter(int level, int weight, SplittableRandom random) {
      Cell cell = rows.get(level).get(log(weight)).draw(random);
      if (cell.lighter == NONE) {
        return 0;
      }
      int lighter = Math.max(0, cell.lighter + log(weight) - cell.weight);
      int least = Math.min(1 << lighter, weight / 2);
      return random.nextInt(least, Math.min(2 << lighter, weight / 2 + 1));
    }
  }

  private List<Cell> nearest(int level, int weight) {
    int distance =
        cells.stream()
            .filter(cell -> cell.level == level)
            .mapToInt(cell -> Math.abs(cell.weight - weight))
            .min()
            .orElse(0);
    List<Cell> found =
        cells.stream()
            .filter(cell -> cell.level == level && Math.abs(cell.weight - weight) == distance)
            .toList();
    return found.isEmpty() ? List.of(new Cell(level, weight, NONE, 1)) : found;
  }

  /** Adds up nodes. */
  static final class Tally {
    private final int[][][] nodes = new int[LEVELS][WEIGHTS][WEIGHTS + 1];

    /**
     * Counts a node by the prefixes that go on to its two children; one with a single prefix can't
     * fork and is not counted.
     */
    void add(int level, int zeros, int ones) {
      int weight = zeros + ones;
      int lighter = Math.min(zeros, ones);
      if (weight > 1) {
        nodes[level][log(weight)][lighter == 0 ? 0 : log(lighter) + 1]++;
      }
    }

    TreeShape shape() {
      List<Cell> cells = new ArrayList<>();
      for (int level = 0; level < LEVELS; level++) {
        for (int weight = 0; weight < WEIGHTS; weight++) {
          for (int lighter = 0; lighter <= WEIGHTS; lighter++) {
            if (nodes[level][weight][lighter] > 0) {
              cells.add(new Cell(level, weight, lighter - 1, nodes[level][weight][lighter]));
            }
          }
        }
      }
      return new TreeShape(cells);
    }
  }
}
