package io.vpcrig.model;

/** A prefix behind a private gateway. */
public record StaticRoute(Cidr cidr, String gateway, Origin origin) {}
