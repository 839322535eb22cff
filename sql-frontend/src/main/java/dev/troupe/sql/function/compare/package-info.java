/** Comparison operators, of one type and across types that are kin. */
@NullMarked
package dev.troupe.sql.function.compare;

import org.jspecify.annotations.NullMarked;
