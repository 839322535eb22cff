package dev.troupe.sql.plan;

import dev.troupe.sql.type.SqlType;

/**
 * A column of a plan's rows.
 *
 * @param id unique in the statement; expressions name columns by it, wherever they stand in a row
 */
public record Column(int id, String name, SqlType type) {}
