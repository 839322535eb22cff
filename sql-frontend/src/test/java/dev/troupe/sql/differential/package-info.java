/** Random statements on this server and on a PostgreSQL 15, whose answers are compared. */
@NullMarked
package dev.troupe.sql.differential;

import org.jspecify.annotations.NullMarked;
