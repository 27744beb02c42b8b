/** The engines: forms of a rule set that can be asked for the first match. */
package io.vpcrig.acl.match;
