/**
 * Compilers of rules under test: run them, hunt for lists that they get wrong, certify them.
 *
 * <p>Place in the way: beside it. {@link io.vpcrig.query.compiler.WrittenList} is what a compiler
 * is given and, by its first match, what the compiled form has to mean. {@link
 * io.vpcrig.query.compiler.CompilerUnderTest} is a compiler: {@link
 * io.vpcrig.query.compiler.EngineUnderTest} an engine of ours, {@link
 * io.vpcrig.query.compiler.CommandUnderTest} somebody's program. {@link
 * io.vpcrig.query.compiler.Fuzzer} draws lists and headers, compares, and has {@link
 * io.vpcrig.query.compiler.Reduction} make what it found small; {@link
 * io.vpcrig.query.compiler.Conformance} goes through the shipped suite.
 *
 * <p><b>The protocol of a command.</b> It is run by {@code /bin/sh -c}, once for each list. Stdin
 * has one rule a line, words parted by one blank, the first match wins; the first line says what
 * becomes of headers that no rule matches:
 *
 * <pre>
 *   default deny
 *   allow tcp  10.0.0.0/8 any 10.1.0.0/16 80-90
 *   deny  icmp 0.0.0.0/0 any 10.1.2.0/24,10.1.9.0/24 8/0
 *   ACTION PROTOCOL SOURCES SOURCE-PORTS DESTINATIONS DESTINATION-PORTS
 * </pre>
 *
 * ACTION is {@code allow} or {@code deny}. PROTOCOL is {@code tcp}, {@code udp}, {@code icmp},
 * {@code any} or 0 to 255 (6 means as much as tcp). SOURCES and DESTINATIONS are prefixes, always
 * with a length, several joined by commas: any of them; bits beyond the length count for nothing.
 * Ports are {@code any}, a number or FIRST-LAST, and other than {@code any} only with tcp and udp;
 * icmp has TYPE or TYPE/CODE in their place.
 *
 * <p>On stdout it writes the compiled form, in one of these ways:
 *
 * <ul>
 *   <li>iptables-save: the chain FORWARD of the table filter, its policy included;
 *   <li>nft JSON ({@code nft -j list ruleset}): the base chain with the hook forward;
 *   <li>TCAM rows, {@code PRIORITY VALUE MASK ACTION [LABEL]} each: the greatest priority wins;
 *       value and mask are 26 hexadecimal digits, source 8, destination 8, source port 4,
 *       destination port 4 (ICMP: type and code), protocol 2, and underscores anywhere; where a
 *       header has no ports they are 0. {@code default deny} says what becomes of headers that no
 *       row matches; without it, one that none matches has no answer;
 *   <li>verdicts: then stdin goes on after an empty line with one header a line, {@code PROTOCOL
 *       SOURCE SOURCE-PORT DESTINATION DESTINATION-PORT} (ICMP: TYPE/CODE last; 0 where there are
 *       no ports), and stdout has {@code allow} or {@code deny} for each.
 * </ul>
 *
 * Exit code 0, or the compiler has failed, and its stderr is shown. Longer than the time-out: the
 * same.
 *
 * <p>Thread: one per compiler and fuzzer. Never: reads iptables or nft itself ({@link
 * io.vpcrig.query.compiler.ListReader}); trusts a variant of a list to mean the same without asking
 * the reference.
 *
 * <p>Rejected: rules as JSON or YAML (ten lines of shell could not read them); rules without an
 * explicit default (each compiler would guess); pipes to the command instead of files (a child that
 * outlives it keeps them open, and the reader hangs).
 */
package io.vpcrig.query.compiler;
