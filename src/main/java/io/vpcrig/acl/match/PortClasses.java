package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.OverBudgetException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * The equivalence classes of one port field: ports that no service tells apart are of one class.
 */
final class PortClasses {
  private static final int PORTS = 1 << 16;

  private final int count;
  private final Cells ofPort;
  private final int[] rangeOfService;

  /** Classes of each distinct range, ascending. */
  private final int[][] ofRange;

  PortClasses(int services, IntUnaryOperator first, IntUnaryOperator last, Budget.Meter meter)
      throws OverBudgetException {
    rangeOfService = new int[services];
    int[][] ranges = distinctRanges(first, last);
    int[] starts = starts(ranges);
    var names = new SetNames();
    int[] cells = new int[starts.length];
    long work = 0;
    for (int[] range : ranges) {
      work += end(starts, range[1]) - Arrays.binarySearch(starts, range[0]);
    }
    meter.checkWork(work, "telling ranges of ports apart");
    for (int range = 0; range < ranges.length; range++) {
      int from = Arrays.binarySearch(starts, ranges[range][0]);
      add(names, cells, from, end(starts, ranges[range][1]), range);
    }
    count = names.compact(cells).length;
    ofPort = new Cells(spread(starts, cells), PORTS);
    ofRange = new int[ranges.length][];
    for (int range = 0; range < ranges.length; range++) {
      int from = Arrays.binarySearch(starts, ranges[range][0]);
      ofRange[range] =
          Arrays.stream(cells, from, end(starts, ranges[range][1])).sorted().distinct().toArray();
    }
  }

  private int[][] distinctRanges(IntUnaryOperator first, IntUnaryOperator last) {
    Map<Integer, Integer> numbers = new HashMap<>();
    int[][] ranges = new int[rangeOfService.length][];
    for (int service = 0; service < rangeOfService.length; service++) {
      int from = first.applyAsInt(service);
      int to = last.applyAsInt(service);
      Integer number = numbers.putIfAbsent(from << 16 | to, numbers.size());
      if (number == null) {
        number = numbers.size() - 1;
        ranges[number] = new int[] {from, to};
      }
      rangeOfService[service] = number;
    }
    return Arrays.copyOf(ranges, numbers.size());
  }

  /** Where something begins or has ended; ascending, the first is 0. */
  private static int[] starts(int[][] ranges) {
    boolean[] starts = new boolean[PORTS + 1];
    starts[0] = true;
    for (int[] range : ranges) {
      starts[range[0]] = true;
      starts[range[1] + 1] = true;
    }
    int[] ascending = new int[PORTS];
    int n = 0;
    for (int port = 0; port < PORTS; port++) {
      if (starts[port]) {
        ascending[n++] = port;
      }
    }
    return Arrays.copyOf(ascending, n);
  }

  private static int end(int[] starts, int lastPort) {
    int at = Arrays.binarySearch(starts, lastPort + 1);
    return at < 0 ? starts.length : at;
  }

  private static void add(SetNames names, int[] cells, int from, int to, int range) {
    for (int cell = from; cell < to; cell++) {
      cells[cell] = names.with(cells[cell], range);
    }
  }

  private static int[] spread(int[] starts, int[] cells) {
    int[] ofPort = new int[PORTS];
    for (int k = 0; k < starts.length; k++) {
      int to = k + 1 < starts.length ? starts[k + 1] : PORTS;
      Arrays.fill(ofPort, starts[k], to, cells[k]);
    }
    return ofPort;
  }

  int count() {
    return count;
  }

  /** Class of each port. */
  Cells ofPort() {
    return ofPort;
  }

  /** Classes of the ports of a service, ascending. */
  int[] ofService(int service) {
    return ofRange[rangeOfService[service]];
  }
}
