/**
 * Questions about a VPC and its traffic, answered without the data path: what becomes of this
 * packet, and why.
 *
 * <p>Place in the way: beside it. {@link io.vpcrig.query.ReferenceRouter} is the slow, obvious twin
 * of the whole router: linear first match over the written rules, longest prefix by looking at
 * every prefix, sessions in a map. It shares no code with the compiled tables, so that a test can
 * hold one against the other. {@link io.vpcrig.query.Explainer} and {@link
 * io.vpcrig.query.FrameStories} have it tell about a flow and about a frame of a capture. The rooms
 * below it serve the workbench: {@code prove}, {@code regions}, {@code lint}, {@code cases}, {@code
 * capture} and {@code compiler}.
 *
 * <p>Thread: one per router; everything else is immutable. Never: fast, never reads files; the
 * reference never asks the rooms it is held against (acl, nat, route, session). Frames of a capture
 * are decapsulated and reassembled by the data path's own stages: tshark is those stages' judge.
 *
 * <p>Why quirks are found by evaluating again: each is switched off in turn until the shipped
 * verdict becomes the intended one. Marking rules while a list is expanded names the wrong one as
 * soon as two quirks meet in a list, or when a quirk makes a rule match nothing.
 */
package io.vpcrig.query;
