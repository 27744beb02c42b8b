/**
 * The kernel as judge: the same random VPCs and conversations go through the Linux kernel, set up
 * as CloudStack's virtual router would be, and through vpcrig; whatever differs is a failure or an
 * {@link io.vpcrig.judge.Explained explained} choice.
 *
 * <pre>
 *   Playwright --steps--> Trial --datagrams--> KernelRouter (namespaces, iptables, conntrack)
 *                           |   --datagrams--> EngineRouter (the whole engine)
 *                           +-- Verdicts compares what left;  States compares the sessions
 * </pre>
 *
 * <p>Two namespaces: one is the router, with one veth per segment, the other holds all far ends,
 * which are nothing but raw sockets. Both are kept from one VPC to the next. Root only, test code
 * only; nothing leaves the namespaces.
 */
package io.vpcrig.judge;
