/** Functions that give sets of rows: series, and arrays taken apart. */
@NullMarked
package dev.troupe.sql.function.series;

import org.jspecify.annotations.NullMarked;
