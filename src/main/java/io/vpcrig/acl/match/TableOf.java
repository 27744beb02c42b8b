package io.vpcrig.acl.match;

import io.vpcrig.acl.TakenApart;

/** A cross product as it lies open to proofs. */
record TableOf(
    TakenApart.AddressRanges sources, TakenApart.AddressRanges destinations, CrossProduct product)
    implements TakenApart.Table {
  @Override
  public int rows() {
    return product.rows();
  }

  @Override
  public int row(int sourceClass, int destinationClass) {
    return product.row(sourceClass, destinationClass);
  }

  @Override
  public int services() {
    return product.services().count();
  }

  @Override
  public int[] sourcePorts() {
    return product.services().sourcePorts();
  }

  @Override
  public int[] destinationPorts() {
    return product.services().destinationPorts();
  }

  @Override
  public int[] protocols() {
    return product.services().protocols();
  }

  @Override
  public int service(int ports, int protocol) {
    return product.services().find(ports, protocol);
  }

  @Override
  public int answer(int row, int service) {
    return product.answerOfRow(row, service) - 1;
  }
}
