/**
 * Captures in and out: pcap, pcapng, packed or not; the digest of what leaves; frames from memory.
 *
 * <p>Place in the way: both ends of it. Thread: one reader, one writer; packed captures are
 * unpacked in a thread of their own. Never: knows the engine, or of a verdict more than the {@link
 * io.vpcrig.frame.Verdict} column; parses a frame; allocates by a length that stands in a file;
 * trusts a file's name.
 *
 * <pre>
 *   file -> ByteFeed [-> GzipChannel | ZstdChannel -> AheadChannel -> ByteFeed]
 *        -> PcapParser | PcapngParser -> batch
 *   batch -> PcapngWriter | PcapWriter -> OutputFile        batch -> DigestSink
 *   CaptureIndex: where frames lie, kept beside a capture by IndexFile
 * </pre>
 *
 * <p>Memory, whatever the size of a capture: 256 KiB for its window (doubled up to 32 MiB only for
 * a block that long which is really there), as much again and four buffers of 256 KiB where it is
 * packed, 512 KiB for an output. An index takes 32 bytes for a thousand frames.
 *
 * <p>Figures: CaptureBenchmark, frames of 110 bytes, files in the page cache, million frames for a
 * second of CPU time of one core (AMD Zen 5, about 4 GHz, two virtual CPUs, JDK 25.0, bounds checks
 * off, the machine busy with other work, median of 11 runs of 2 M frames):
 *
 * <table>
 * <caption>Million frames for a second of CPU time</caption>
 * <tr><td>pcap, read in chunks of 64 KiB / 256 KiB / 1 MiB / 4 MiB</td><td>56 / 59 / 59 / 57</td></tr>
 * <tr><td>pcap, mapped</td><td>52 (38 against 45 on tmpfs)</td></tr>
 * <tr><td>pcapng, read in chunks</td><td>41</td></tr>
 * <tr><td>pcapng written to a new file, without / with comments of 43 bytes</td><td>16 / 12</td></tr>
 * <tr><td>the same to /dev/null</td><td>48 / 35</td></tr>
 * <tr><td>SHA-256 of what leaves</td><td>12 (1.4 GB/s with its copies; the bare digest 1.9)</td></tr>
 * </table>
 *
 * <p>Rejected: mapping input files (slower as measured above, an InternalError when a file shrinks
 * under it, and can't read a pipe, so that chunks would be needed beside it). Heap buffers for
 * output (one more copy in FileChannel). Larger output buffers: 384 KiB to 4 MiB make no
 * difference, a new file costs the kernel a fresh page for each 4 KiB, and that is the limit.
 * java.util.zip.GZIPInputStream (see {@link io.vpcrig.io.GzipChannel}).
 *
 * <p>Between a capture and the way stand sources over sources, in this order: {@link
 * io.vpcrig.io.SelectedSource} (in place, nothing copied), {@link io.vpcrig.io.LoopedSource},
 * {@link io.vpcrig.io.RewrittenSource}, {@link io.vpcrig.io.LimitedSource}, {@link
 * io.vpcrig.io.PacedSource}. Filters are compiled by libpcap by foreign calls and interpreted here;
 * rejected: pcap4j, which keeps the compiled program to itself, so that each frame would be copied
 * to the heap and handed to a native call.
 *
 * <p>Where others differ: libpcap cuts frames longer than the file's snapshot length, takes seconds
 * after 2038 for negative, lets microseconds beyond a second overflow, gives simple packets the
 * time 0, and refuses pcapng files whose interfaces are not all alike. Here all bytes that are in
 * the file are delivered, times are unsigned, and a simple packet has the time of the frame before
 * it.
 */
package io.vpcrig.io;
