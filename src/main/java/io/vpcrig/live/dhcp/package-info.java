/**
 * DHCP as the real router's dnsmasq serves it: a fixed address for each host that the VPC file
 * names, for ever, and nothing for anybody else.
 *
 * <p>Place in the way: a program behind {@code live.host}. Thread: the router's. Never: keeps state;
 * what a client gets is in the VPC, so nothing is lost with the router.
 *
 * <p>The message format is our own: of the libraries, dhcp4j and dhcp4java had no release in ten
 * years, and ApacheDS's is a part of a server that has not left its milestones.
 */
package io.vpcrig.live.dhcp;
