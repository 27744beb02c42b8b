/**
 * Reads and writes protocol headers at an offset of frame memory: static accessors, no objects.
 *
 * <p>Place in the way: used by every stage. One class per protocol: wire layout, offsets, one gate
 * ({@code isValid}, length first); after it the accessors do not check. Thread: any, stateless.
 * Never: allocates, decides, keeps a header.
 */
package io.vpcrig.header;
