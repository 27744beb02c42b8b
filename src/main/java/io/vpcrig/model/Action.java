package io.vpcrig.model;

/** What a rule does with what it matches. */
public enum Action {
  ALLOW,
  DENY
}
