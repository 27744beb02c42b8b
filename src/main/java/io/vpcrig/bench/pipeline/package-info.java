/**
 * The whole way, measured: a VPC, connections and frames made from a scenario and a seed, taken
 * through {@link io.vpcrig.engine.PacketPath} by one worker in memory.
 *
 * <p>Place in the way: around it. {@code Flow} says which connections there are, {@code FlowFrames}
 * how their frames look, {@code FlowTraffic} in which order they come; {@code PathRun} puts them
 * and a router together; {@code FrameCheck} reads what came out, byte by byte.
 *
 * <p>Under load. {@code OpenLoop} offers frames by the clock to a queue before the router, and
 * tells latency and loss; {@code LoadBench} measures and searches rates with it; {@code EditBench}
 * edits lists meanwhile, from a thread of its own. Rejected: a thread that sends into a ring. It
 * takes the second core of two, its hand-off is a good part of a frame's time, and where both share
 * a core the scheduler's slices are all that is measured.
 *
 * <p>Thread: all else on the caller's. Never: touches a file or a network, judges a figure.
 *
 * <p>Frames are prepared and not made while the clock runs: making one costs as much as a stage.
 * They lie in memory in the order they are taken, as a network card would put them there, so
 * reading them is a stream; sessions were made in another order, or they would be one, too.
 */
package io.vpcrig.bench.pipeline;
