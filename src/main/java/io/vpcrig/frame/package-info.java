/**
 * Memory of frames, the batch with its columns, and the contracts of where frames come from and go
 * to.
 *
 * <p>Place in the way: below everything; a {@link io.vpcrig.frame.FrameSource} fills a {@link
 * io.vpcrig.frame.FrameBatch}, the stages work on its columns, a {@link io.vpcrig.frame.FrameSink}
 * takes what leaves. Thread: a batch belongs to one thread at a time and is handed over whole.
 * Never: parses a header, decides anything, knows a file format.
 *
 * <p>Why frames are packed one behind the other and not kept in fixed slots of 2 KiB: a batch of
 * small frames then touches a tenth of the pages, a jumbo frame needs no second slot size, and
 * memory is returned by resetting one cursor, so no free list crosses threads. The stride is kept
 * to an odd number of cache lines, since equal power-of-two strides make all headers fight for the
 * same cache sets.
 */
package io.vpcrig.frame;
