/**
 * The VPC file: YAML text to a {@link io.vpcrig.model.Vpc}, with line and column in everything it
 * says.
 *
 * <p>Place in the way: before it; {@code cli} reads a file, {@code engine} compiles what came out.
 * The order inside: {@code YamlText} (bounded YAML to nodes), {@code YamlValue} and {@code
 * YamlFields} (nodes to values, unknown keys), one {@code ...Section} per section of the file, one
 * {@code ...Checks} per set of rules between sections, {@code VpcAdvice} (what is legal but
 * probably not meant). Each reports into one {@link io.vpcrig.config.Problems}; a VPC comes out
 * only if no error did. Thread: any, nothing is shared.
 *
 * <p>Bounds: 16 MiB of text, 64 levels, 50 aliases of collections, 2 million values once aliases
 * are written out, 1000 problems reported; beyond any of them the file is refused, or the report
 * ends.
 *
 * <p>Never: stops at the first error; guesses a scalar's type (every scalar is read by its text, so
 * {@code 0101} is no octal number and a MAC address no sexagesimal one); writes to the console.
 *
 * <p>Rejected: Jackson data binding (stops at the first error, and has no place for values that a
 * record refuses); validation by JSON Schema alone ({@code vpc.schema.json} is shipped for editors;
 * it knows neither lines nor anything between sections).
 */
package io.vpcrig.config;
