/**
 * What is counted and told: reasons, counters, the trace ring.
 *
 * <p>Place in the way: beside it; every stage counts and traces through it. Thread: counters and
 * trace belong to one worker, readers sum after the worker handed over or take a slightly old
 * value. Never: formats text on the data path.
 */
package io.vpcrig.telemetry;
