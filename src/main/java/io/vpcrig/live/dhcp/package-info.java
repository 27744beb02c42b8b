/**
 * DHCP as the real router's dnsmasq serves it: a fixed address for each host that the VPC file
 * names, for ever, and nothing for anybody else.
 *
 * <p>Place in the way: a program behind {@code live.host}. Thread: the router's. Never: keeps
 * state; what a client gets is in the VPC, so nothing is lost with the router.
 *
 * <p>The message format is our own: dhcp4java, also as com.helger's fork, had its last release in
 * 2018, and ApacheDS's is a part of a server that is still at milestones.
 */
package io.vpcrig.live.dhcp;
