/**
 * What a guest asks its gateway for by HTTP when it boots, as the real router's web server and
 * password server answer (cloudstack.md 8): {@code latest/user-data} and {@code latest/meta-data/}
 * at port 80, for whoever the caller's address says it is; and at port 8080 that there is no
 * password.
 *
 * <p>Place in the way: programs behind {@code live.tcp}. Thread: the router's. Never: takes data
 * in. HTTP is as much of HTTP/1.1 as a GET needs: one request a connection, which the answer ends.
 * Rejected: the JDK's server on the machine's loopback, to which every connection would have to be
 * carried on by a second, and which would not see the caller's address.
 */
package io.vpcrig.live.metadata;
