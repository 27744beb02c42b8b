/**
 * What is counted and told: reasons, counters, the trace ring.
 *
 * <p>Place in the way: beside it; every stage counts and traces through it. Thread: counters and
 * trace belong to one worker, readers sum after the worker handed over or take a slightly old
 * value. Never: formats text on the data path.
 *
 * <p>Counters for others. A {@link io.vpcrig.telemetry.CounterFile} is a mapped file in the layout
 * of Agrona's CountersManager behind a head that says whose it is ({@code CounterLayout}). The
 * owners of counts know nothing of it: a {@link io.vpcrig.telemetry.CounterPublisher} reads their
 * fields ten times a second and stores each with a release store; it is the file's only writer. So
 * a value is never torn, one that grows never goes back, the data path pays nothing, and what was
 * counted last is there even when no more frames come. {@link io.vpcrig.telemetry.CounterReader}
 * reads from any process, during the run and after its end or death, and believes nothing that
 * stands in the file.
 *
 * <p>Rejected: workers that store into the file themselves, after each batch (11 ns a counter
 * measured, 2 µs and more a batch with 200 of them) or by time (then the counts of the last batches
 * before a pause are missing until it ends, and each worker needs counters of its own: 640 bytes
 * each, two for every rule).
 */
package io.vpcrig.telemetry;
