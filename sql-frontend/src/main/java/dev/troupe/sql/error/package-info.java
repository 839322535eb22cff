/** Errors as PostgreSQL's clients expect them. */
@NullMarked
package dev.troupe.sql.error;

import org.jspecify.annotations.NullMarked;
