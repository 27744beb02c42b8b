/**
 * The contract of one step of a frame's way, nothing else.
 *
 * <p>Thread: a stage and its context belong to one worker. Never: knows what other stages there
 * are.
 */
package io.vpcrig.stage;
