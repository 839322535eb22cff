package dev.troupe.sql.plan;

/** What rows are ordered by. */
public record SortKey(SqlExpr expression, boolean descending, boolean nullsFirst) {}
