package dev.troupe.node.http;

/** Who may have something. */
enum Access {
  /** Everybody who reaches the port: how the cluster is, and nothing of what is in it. */
  OPEN,
  /** Users of SQL: how it is set up, and what it works at. */
  USERS,
  /** Superusers: what other users do, which SQL tells nobody else, and what changes the cluster. */
  SUPERUSERS
}
