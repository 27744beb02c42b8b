package io.vpcrig.model;

/** All of a public address belongs to one host, both ways. */
public record StaticNat(int publicAddress, Host host, Origin origin) {}
