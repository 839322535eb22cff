package dev.troupe.sql.plan;

/** FOR UPDATE and its kin: what a read does about rows that others hold. */
public enum RowLock {
  NONE,
  WAIT,
  NO_WAIT,
  SKIP_LOCKED,
  /** No lock yet: the rows are candidates that a step above will lock unless others have. */
  CANDIDATES
}
