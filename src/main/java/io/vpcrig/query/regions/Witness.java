package io.vpcrig.query.regions;

import io.vpcrig.model.Flow;
import io.vpcrig.query.Story;

/**
 * A packet that two VPCs treat differently, as their reference routers tell it.
 *
 * @param flow with the segment it enters by
 * @param connections how many were opened, this one included: more than one only where a load
 *     balancer's choice shows no sooner
 */
public record Witness(Flow flow, Story before, Story after, int connections) {}
