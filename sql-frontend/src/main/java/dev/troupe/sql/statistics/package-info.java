/** Counts what is in tables, for those who estimate. */
@NullMarked
package dev.troupe.sql.statistics;

import org.jspecify.annotations.NullMarked;
