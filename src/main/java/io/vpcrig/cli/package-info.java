/**
 * The command line: one class per verb, and what verbs share (options, exit codes, reports).
 *
 * <p>Place in the way: above everything; the only place that puts readers, engine and writers
 * together. Results go to stdout, progress and notes to stderr. Thread: the main thread. Never:
 * decides about a frame.
 */
package io.vpcrig.cli;
