package io.vpcrig.config;

/** Something read without a problem, with the fields it was read from. */
record Located<T>(T value, YamlFields fields) {}
