package io.vpcrig.acl.match;

import io.vpcrig.acl.TakenApart;
import java.util.ArrayList;
import java.util.List;

/** The best answer of several cross products over parts of the rules. */
final class SplitClassifier implements TakenApart {
  /**
   * Some of the rules.
   *
   * @param sources class of each node of the sources of all rules
   * @param destinations likewise
   */
  record Part(int[] sources, int[] destinations, CrossProduct product) {
    long memoryBytes() {
      return 4L * (sources.length + destinations.length) + product.tablesBytes();
    }
  }

  private final int rules;
  private final AddressTable sources;
  private final AddressTable destinations;
  private final ServiceTable services;
  private final Part[] parts;

  SplitClassifier(
      int rules,
      AddressTable sources,
      AddressTable destinations,
      ServiceTable services,
      Part[] parts) {
    this.rules = rules;
    this.sources = sources;
    this.destinations = destinations;
    this.services = services;
    this.parts = parts;
  }

  @Override
  public String name() {
    return "split";
  }

  @Override
  public int classify(int source, int destination, int ports, int protocol) {
    int s = sources.find(source);
    int d = destinations.find(destination);
    int service = services.find(ports, protocol);
    int best = NONE;
    for (Part part : parts) {
      int answer = part.product.answer(part.sources[s], part.destinations[d], service) - 1;
      // None is the largest number there is, taken without its sign.
      best = Integer.compareUnsigned(answer, best) < 0 ? answer : best;
    }
    return best;
  }

  @Override
  public List<TakenApart.Part> parts() {
    AddressRanges from = sources.ranges();
    AddressRanges to = destinations.ranges();
    List<TakenApart.Part> all = new ArrayList<>();
    for (Part part : parts) {
      all.add(new TableOf(from.mapped(part.sources), to.mapped(part.destinations), part.product));
    }
    return all;
  }

  AddressTable sources() {
    return sources;
  }

  AddressTable destinations() {
    return destinations;
  }

  ServiceTable services() {
    return services;
  }

  Part[] products() {
    return parts;
  }

  @Override
  public long memoryBytes() {
    long bytes = sources.memoryBytes() + destinations.memoryBytes() + services.memoryBytes();
    for (Part part : parts) {
      bytes += part.memoryBytes();
    }
    return bytes;
  }

  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(name()).append(": ").append(rules).append(" rules, rows");
    for (Part part : parts) {
      text.append(' ').append(part.product.rows());
    }
    return text + " of " + services.count() + " services, " + memoryBytes() + " bytes";
  }
}
