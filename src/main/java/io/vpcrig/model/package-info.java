/**
 * What the operator wants: a VPC and everything in it, as immutable records that are valid once
 * they exist.
 *
 * <p>Place in the way: above it; the engine compiles a model into tables, the reference evaluator
 * walks it as it is. Addresses are IPv4 in an int, network byte order read as a number. Thread:
 * any. Never: knows the file it came from beyond an {@link io.vpcrig.model.Origin}. {@code
 * TextInput} and {@code MalformedLineException} stand here only because every reader of plain
 * lists, of rules and of routes, needs them and rooms of one level share nothing.
 */
package io.vpcrig.model;
