/** Aggregate functions. */
@NullMarked
package dev.troupe.sql.function.aggregate;

import org.jspecify.annotations.NullMarked;
