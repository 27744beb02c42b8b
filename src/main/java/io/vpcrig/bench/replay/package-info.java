/**
 * A capture through a VPC, over and over: from memory, where reading costs one copy, and from its
 * file.
 *
 * <p>Place in the way: around {@link io.vpcrig.engine.Pipeline}; what it is given is looped with
 * time going on, so sessions live and end as if the capture were that long. Thread: the caller's
 * writes, which is counting; the pipeline starts the others. Never: writes a file.
 */
package io.vpcrig.bench.replay;
