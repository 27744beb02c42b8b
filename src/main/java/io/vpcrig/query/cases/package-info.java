/**
 * Test cases held against a VPC: single packets, sequences, and sets of which every member is
 * asked.
 *
 * <p>Place in the way: beside it, on the reference router; golden captures, which go through the
 * data path, are run by the command line. Thread: any, one run each. Never: reads files.
 *
 * <p>A set is asked exactly, without samples: {@link io.vpcrig.query.cases.Edges} gathers every
 * value at which any part of the router begins or ceases to tell headers apart, so that between two
 * neighbouring edges all of a field's values have the same fate, and one header stands for each
 * combination.
 */
package io.vpcrig.query.cases;
