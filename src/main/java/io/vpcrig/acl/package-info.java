/**
 * Access lists: compiled to match tables, asked for the first rule that matches.
 *
 * <p>Place in the way: the first packet of a flow asks {@link io.vpcrig.acl.AclTable} twice, for
 * the egress list of the segment it came by and for the ingress list of the segment it goes out to;
 * later packets ride on their session. {@code AclCompiler} makes the table of a VPC, {@code
 * ListCompiler} the lines of one list (here alone stands what the shipped router makes of them), a
 * {@code Classifier} finds the line. ClassBench files enter beside the model, as {@code RuleSet}
 * and {@code HeaderTrace}.
 *
 * <p>Lists change one rule at a time by {@link io.vpcrig.acl.LiveAcls}, whose owner is the control
 * side; the forms that can change are in {@code live}.
 *
 * <p>Thread: everything compiled is immutable, any thread. Never: allocates when asked, keeps state
 * of flows, decides who is to be asked.
 *
 * <p>How rules become tables, which engine takes which set and what lost against it stands in
 * {@code match}; engines are services ({@link io.vpcrig.acl.RuleCompiler}), so that others can
 * bring their own.
 *
 * <p>Why the shipped form keeps the meant form beside it: a quirk that makes a rule match nothing
 * leaves no trace in the line that decides instead. Asking both forms costs one more look-up for
 * the first packet of a flow, and only in lists that hold a quirk.
 */
package io.vpcrig.acl;
