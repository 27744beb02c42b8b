package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.OverBudgetException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Finds the class of a header's ports and protocol: headers that no service tells apart are of one
 * class.
 *
 * <pre>
 *   source port, protocol, destination port   each to its class
 *   grid[(source * protocols + protocol) * ports + destination]   class of the three
 * </pre>
 *
 * Where no rule looks at source ports, as in access lists, the source port's step is left out.
 */
final class ServiceTable {
  private static final int PROTOCOLS = 256;

  /** Beyond this the grid alone would fill the caches. */
  private static final int MOST_CELLS = 1 << 22;

  private final boolean sourcePortsCount;
  private final Cells ofSourcePort;
  private final Cells ofDestinationPort;
  private final int[] ofProtocol;
  private final int protocolClasses;
  private final int destinationClasses;
  private final Cells grid;
  private final int count;

  /** Classes of each service, ascending. */
  private final int[][] ofService;

  ServiceTable(Services services, Budget.Meter meter) throws OverBudgetException {
    int n = services.size();
    PortClasses source =
        new PortClasses(n, services::firstSourcePort, services::lastSourcePort, meter);
    PortClasses destination =
        new PortClasses(n, services::firstDestinationPort, services::lastDestinationPort, meter);
    int[] protocols = protocols(services);
    protocolClasses = Arrays.stream(protocols).max().getAsInt() + 1;
    destinationClasses = destination.count();
    sourcePortsCount = source.count() > 1;
    ofSourcePort = sourcePortsCount ? source.ofPort() : new Cells(new int[0], 0);
    ofDestinationPort = destination.ofPort();
    ofProtocol = protocols;
    long size = (long) source.count() * protocolClasses * destinationClasses;
    if (size > MOST_CELLS) {
      throw new OverBudgetException(
          String.format(
              Locale.ROOT, "ports and protocols make %,d cells, allowed %,d", size, MOST_CELLS));
    }
    int[] cells = new int[(int) size];
    long work = 0;
    for (int service = 0; service < n; service++) {
      long each = (long) source.ofService(service).length * destination.ofService(service).length;
      work += services.protocol(service) < 0 ? each * protocolClasses : each;
    }
    meter.checkWork(work, "telling ports and protocols apart");
    var names = new SetNames();
    for (int service = 0; service < n; service++) {
      int only = services.protocol(service);
      for (int s : source.ofService(service)) {
        int from = only < 0 ? 0 : protocols[only];
        int to = only < 0 ? protocolClasses : protocols[only] + 1;
        for (int p = from; p < to; p++) {
          int row = (s * protocolClasses + p) * destinationClasses;
          for (int d : destination.ofService(service)) {
            cells[row + d] = names.with(cells[row + d], service);
          }
        }
      }
    }
    int[] sets = names.compact(cells);
    count = sets.length;
    grid = new Cells(cells, cells.length);
    ofService = classesOfServices(n, names, sets);
  }

  /** Protocols that some service names are classes of their own; all others are class 0. */
  private static int[] protocols(Services services) {
    int[] classes = new int[PROTOCOLS];
    int next = 1;
    for (int service = 0; service < services.size(); service++) {
      int protocol = services.protocol(service);
      if (protocol >= 0 && classes[protocol] == 0) {
        classes[protocol] = next++;
      }
    }
    return classes;
  }

  private static int[][] classesOfServices(int services, SetNames names, int[] sets) {
    int[] counts = new int[services];
    for (int set : sets) {
      for (int at = set; at != 0; at = names.predecessor(at)) {
        counts[names.lastMember(at)]++;
      }
    }
    int[][] classes = new int[services][];
    Arrays.setAll(classes, service -> new int[counts[service]]);
    Arrays.fill(counts, 0);
    for (int k = 0; k < sets.length; k++) {
      for (int at = sets[k]; at != 0; at = names.predecessor(at)) {
        int service = names.lastMember(at);
        classes[service][counts[service]++] = k;
      }
    }
    return classes;
  }

  int count() {
    return count;
  }

  /** Classes of the headers that a service matches, ascending. */
  int[] ofService(int service) {
    return ofService[service];
  }

  /**
   * @param ports source port in the high 16 bits, destination port in the low
   * @param protocol 0..255
   */
  int find(int ports, int protocol) {
    int head = ofProtocol[protocol];
    if (sourcePortsCount) {
      head += ofSourcePort.get(ports >>> 16) * protocolClasses;
    }
    return grid.get(head * destinationClasses + ofDestinationPort.get(ports & 0xffff));
  }

  /** Where the class of the source port changes, from 0 on. */
  int[] sourcePorts() {
    return sourcePortsCount ? changes(ofSourcePort.size(), ofSourcePort::get) : new int[1];
  }

  /** Where the class of the destination port changes, from 0 on. */
  int[] destinationPorts() {
    return changes(ofDestinationPort.size(), ofDestinationPort::get);
  }

  /** Where the class of the protocol changes, from 0 on. */
  int[] protocols() {
    return changes(PROTOCOLS, protocol -> ofProtocol[protocol]);
  }

  private static int[] changes(int size, IntUnaryOperator classes) {
    return IntStream.range(0, size)
        .filter(k -> k == 0 || classes.applyAsInt(k) != classes.applyAsInt(k - 1))
        .toArray();
  }

  boolean sourcePortsCount() {
    return sourcePortsCount;
  }

  int protocolClasses() {
    return protocolClasses;
  }

  int destinationClasses() {
    return destinationClasses;
  }

  int[] ofProtocol() {
    return ofProtocol;
  }

  Cells ofSourcePort() {
    return ofSourcePort;
  }

  Cells ofDestinationPort() {
    return ofDestinationPort;
  }

  Cells grid() {
    return grid;
  }

  long memoryBytes() {
    return grid.memoryBytes()
        + ofDestinationPort.memoryBytes()
        + 4L * ofProtocol.length
        + (sourcePortsCount ? ofSourcePort.memoryBytes() : 0);
  }
}
