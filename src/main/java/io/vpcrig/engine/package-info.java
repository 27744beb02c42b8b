/**
 * Puts the rooms together: compiles a snapshot from the model, publishes it, and carries frames
 * along the way, on one thread or several. {@link io.vpcrig.engine.PacketPath} is the first file to
 * read.
 *
 * <p>Thread: a {@link io.vpcrig.engine.Snapshot} is immutable; a path belongs to one worker; a
 * {@link io.vpcrig.engine.Pipeline} owns the threads. Never: knows a file format, a report or a
 * command line.
 *
 * <p>Changes under traffic. {@link io.vpcrig.engine.LiveVpc} changes one rule and publishes a
 * snapshot that shares all the rest. Measured by {@code LiveVpcBenchmark}, medians: a rule of a
 * list of 10,000 replaced and published in 18 µs, under shipped semantics in 38 µs; a worker takes
 * up the next snapshot in 0.5 µs, so stages are simply made anew.
 *
 * <p>Hand-off between threads. Rounds go around in a fixed ring and each step publishes one number,
 * how many rounds it has finished ({@code Sequence}); measured against Agrona's and JCTools'
 * one-to-one queues of references by {@code RingBenchmark}: 10 ± 1, 14 ± 11 and 19 ± 17 million
 * rounds there and back a second. Each is less than half a per cent of the 30 µs that a round of
 * 256 frames takes to work on, so sequences were chosen because several workers can follow one
 * reader, and one writer several workers, without a queue for each pair and without a second ring
 * for the way back, and because the output is in input order by construction.
 *
 * <p>Measured, file to digest, 8.6 M frames, two cores: run to completion 1.85 s, staged 2.59 s.
 *
 * <p>Rejected: handing over single frames (three times slower on two cores: every frame's lines
 * cross); columns shared by workers (neighbouring indices of one column share cache lines), so each
 * worker has a batch of its own in a round and the dispatcher copies frames into it.
 */
package io.vpcrig.engine;
