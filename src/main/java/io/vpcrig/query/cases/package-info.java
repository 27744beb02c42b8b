/**
 * Test cases held against a VPC or a rule list: single packets, sequences, and sets of which every
 * member is asked.
 *
 * <p>Place in the way: beside it. Every packet is asked of the reference router and of the data
 * path ({@code EngineProbe}), which have to agree; golden captures are run by the command line.
 * {@code RuleReach} finds packets for rules in the same way, {@code OrderAdvice} better orders of
 * them. Thread: any, one run each. Never: reads files.
 *
 * <p>A set is asked exactly, without samples: {@link io.vpcrig.query.cases.Edges} gathers every
 * value at which any part of the router begins or ceases to tell headers apart, so that between two
 * neighbouring edges all of a field's values have the same fate, and one header stands for each
 * combination. Where there are too many, {@link io.vpcrig.query.cases.SetProof} takes the lists out
 * of the edges and asks them as sets; a rule list alone ({@link io.vpcrig.query.cases.ListRunner})
 * always is.
 */
package io.vpcrig.query.cases;
