/** Dates, times and intervals: their texts and their arithmetic. */
@NullMarked
package dev.troupe.sql.type.time;

import org.jspecify.annotations.NullMarked;
