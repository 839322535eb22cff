/** Functions and operators of dates, times and intervals. */
@NullMarked
package dev.troupe.sql.function.time;

import org.jspecify.annotations.NullMarked;
