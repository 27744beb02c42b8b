/** What tests of several packages share: built frames, small VPCs. Never used by the product. */
package io.vpcrig.testing;
