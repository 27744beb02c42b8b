/**
 * Rule lists in the formats of others: text to {@link io.vpcrig.model.FilterList} and back, with an
 * account of all that does not survive.
 *
 * <p>Place in the way: before it; {@code cli} picks a format by name or content. One class for each
 * format ({@code Iptables}, {@code Nft} ...), with a reader and a writer of its own where it has
 * both. {@code Box} and {@code Match} are the algebra below the readers: sets of headers field by
 * field; {@code Chains} flattens netfilter's chains. Thread: any, nothing is shared.
 *
 * <p>A list here has no state and no interfaces: it is what the first packet of a connection meets.
 * What a format says beyond that is answered for such a packet where it can be ({@link
 * io.vpcrig.config.foreign.Loss.Kind#ASSUMED}), and lost where it can't ({@link
 * io.vpcrig.config.foreign.Loss.Kind#LOST}); it is for the caller to refuse lists with losses. A
 * rule that no packet matches is left out and told ({@link
 * io.vpcrig.config.foreign.Loss.Kind#EMPTY}).
 *
 * <p>Bounds: 64 MiB of text, 500,000 rules in a flattened chain.
 *
 * <p>Never: guesses. A construct that is not known is lost by name and line, or the text refused.
 *
 * <p>Rejected: to refuse a file for any test that can't be modelled (of the 13 iptables files of
 * IPv4 in {@code ../shared/data/rules} 11 have some); to hand out lists that deny what may pass (a
 * deny that was never written is worse to find than an accept that is too wide, and fffuu, our
 * oracle, does the same).
 */
package io.vpcrig.config.foreign;
