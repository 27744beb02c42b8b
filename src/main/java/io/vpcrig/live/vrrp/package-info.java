/**
 * VRRP for IPv4: which of two routers works (RFC 5798 version 3, RFC 3768 version 2 with the
 * authentication of RFC 2338 as keepalived does it, since CloudStack's router runs that).
 *
 * <p>Place in the way: none; {@code live.Standby} asks it whether there is a way at all. Thread:
 * the router's. Never: sends, waits or reads a clock: time is the caller's, in nanoseconds of any
 * epoch.
 */
package io.vpcrig.live.vrrp;
