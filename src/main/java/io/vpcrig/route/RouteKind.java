package io.vpcrig.route;

/** Where a route comes from. */
public enum RouteKind {
  /** Subnet of a tier. */
  TIER,

  /** Subnet of a public network. */
  PUBLIC,

  /** Subnet of a private gateway. */
  PRIVATE_GATEWAY,

  /** Static route, through a private gateway. */
  STATIC,

  /** Everything else, through the first public network. */
  DEFAULT
}
