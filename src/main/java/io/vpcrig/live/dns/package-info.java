/**
 * DNS as the real router's dnsmasq serves it: hosts of the VPC are names in its domain, also
 * without the domain behind them; names outside go to the resolvers of the VPC file, but not what
 * can only be meant for here ({@code domain-needed}, {@code bogus-priv}).
 *
 * <p>Place in the way: a program behind {@code live.host}. Questions to resolvers leave as the
 * router's own, by the routes, from its source NAT address, as dnsmasq's do: not by a socket of the
 * machine it runs on, whose own network has nothing to do with the VPC. Thread: the router's.
 * Never: keeps answers (dnsmasq has a cache of 150), resolves by itself, or looks into what it
 * passes on beyond the question.
 *
 * <p>The format of messages is dnsjava's.
 */
package io.vpcrig.live.dns;
