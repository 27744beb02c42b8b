/**
 * Measuring: rates of match tables on given inputs, generated inputs, and results with all that is
 * needed to read them later.
 *
 * <p>Place in the way: beside it. A bench takes what the data path takes (a compiled table, columns
 * of headers, batches of up to 256), drives it alone on one thread and tells rates; generators make
 * rules and headers from a seed. {@code Sampler} is the one clock, {@code Environment} and {@code
 * BenchReport} go around every result.
 *
 * <p>Thread: what is measured runs on the caller's thread; comparing answers may use more. Never:
 * prints, opens an output file, judges whether a figure is good (that takes two figures from one
 * run).
 *
 * <p>Why a time-boxed loop of our own beside JMH ({@code src/jmh}): a bench has to run in the
 * shipped program, on files the user names, in turns with a program written in C, in seconds. Why
 * wall time decides and CPU time stands beside it: a rate is what a user gets; a share below one
 * tells that something else ran, and that the figure is too low.
 *
 * <p>Several processes. {@code --forks} runs the same command in fresh JVMs with the same flags,
 * one after the other, and {@code ForkMerge} puts their reports together by what the JSON says,
 * whichever bench it was; {@code Confidence} is then that of processes. {@code bench.compare}
 * judges two results.
 *
 * <p>Warming up counts time on a core: on two cores with a load of 30, a warm-up by the wall's
 * clock left look-ups in the interpreter, at 0.02 to 180 million a second.
 */
package io.vpcrig.bench;
