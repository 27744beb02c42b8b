/**
 * Captures in and out: pcap, pcapng, packed or not; the digest of what leaves; frames from memory.
 *
 * <p>Place in the way: both ends of it. Thread: one reader, one writer. Never: knows the engine or
 * a verdict's meaning beyond the {@link io.vpcrig.frame.Verdict} column; parses a frame; allocates
 * by a length that stands in a file; trusts a file's name.
 */
package io.vpcrig.io;
