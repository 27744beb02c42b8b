package io.vpcrig.acl.match;

import io.vpcrig.acl.TakenApart;
import java.util.List;

/** Recursive flow classification, one header after the other. */
final class RfcClassifier implements TakenApart {
  private final int rules;
  private final AddressTable sources;
  private final AddressTable destinations;
  private final CrossProduct product;

  RfcClassifier(int rules, AddressTable sources, AddressTable destinations, CrossProduct product) {
    this.rules = rules;
    this.sources = sources;
    this.destinations = destinations;
    this.product = product;
  }

  @Override
  public String name() {
    return "rfc";
  }

  @Override
  public int classify(int source, int destination, int ports, int protocol) {
    return product.find(sources.find(source), destinations.find(destination), ports, protocol) - 1;
  }

  @Override
  public List<Part> parts() {
    return List.of(new TableOf(sources.ranges(), destinations.ranges(), product));
  }

  AddressTable sources() {
    return sources;
  }

  AddressTable destinations() {
    return destinations;
  }

  CrossProduct product() {
    return product;
  }

  @Override
  public long memoryBytes() {
    return sources.memoryBytes() + destinations.memoryBytes() + product.memoryBytes();
  }

  @Override
  public String toString() {
    return String.format(
        "%s: %d rules, %d rows of %d services, %d bytes",
        name(), rules, product.rows(), product.services().count(), memoryBytes());
  }
}
