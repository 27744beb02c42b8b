package io.vpcrig.judge;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;

/**
 * Who talks to whom: what a conversation is known by.
 *
 * @param segment index of the segment the client's datagrams come by
 * @param flow the client's datagrams as it sends them; an ICMP query, for a ping
 */
record Talk(int segment, Flow flow) {
  boolean isTcp() {
    return flow.protocol() == Protocol.TCP;
  }

  @Override
  public String toString() {
    return flow + " via segment " + segment;
  }
}
