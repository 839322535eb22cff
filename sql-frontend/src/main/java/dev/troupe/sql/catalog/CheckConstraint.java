package dev.troupe.sql.catalog;

/**
 * A condition that rows must not make false.
 *
 * @param validated whether rows that were there before are known to fulfil it
 */
public record CheckConstraint(long oid, String name, String sql, boolean validated) {}
