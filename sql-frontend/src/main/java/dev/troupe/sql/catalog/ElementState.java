package dev.troupe.sql.catalog;

/**
 * How far an online change of a column or index has come. Two neighbouring states may be in use at
 * once, on different nodes (Rae et al., "Online, Asynchronous Schema Change in F1", VLDB 2013).
 */
public enum ElementState {
  /** Deletes and updates remove entries; nothing adds or reads any. */
  DELETE_ONLY,
  /** All writes keep it up to date; nothing reads it yet. */
  WRITE_ONLY,
  PUBLIC
}
