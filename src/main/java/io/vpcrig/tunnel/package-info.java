/**
 * Link layer in and out: tags and tunnels off, the segment found, headers checked, key columns
 * filled ({@link io.vpcrig.tunnel.DecapStage}); tags and tunnels on ({@link
 * io.vpcrig.tunnel.EncapStage}).
 *
 * <p>Place in the way: first stage and last. Thread: a table is immutable and shared; a stage
 * belongs to one worker. Never: asks a rule, keeps a session, changes a byte of a frame it does not
 * send.
 *
 * <p>Why one decap stage and not one per encapsulation, interface or network identifier: a frame's
 * segment is a column, so a hundred networks cost what two cost; a node per network splits every
 * batch into slivers (VPP doubles its cost a frame that way). Why outer headers are written as
 * eight 64-bit words and not copied from a template: every word but one holds something of the
 * frame (length, endpoint, port, MAC), so a copy would be patched in seven of eight words again.
 */
package io.vpcrig.tunnel;
