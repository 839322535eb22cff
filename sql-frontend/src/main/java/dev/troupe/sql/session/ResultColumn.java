package dev.troupe.sql.session;

import dev.troupe.sql.type.SqlType;

/**
 * A column of a result.
 *
 * @param table OID of the table that it comes from; 0: none
 * @param attribute its number there; 0: none
 */
public record ResultColumn(String name, SqlType type, int table, int attribute) {}
