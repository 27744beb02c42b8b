package io.vpcrig.query.regions;

import io.vpcrig.symbolic.HeaderSet;

/** Headers with one effect on one ground; never empty. */
public record Region(HeaderSet headers, Effect effect, Ground ground) {}
