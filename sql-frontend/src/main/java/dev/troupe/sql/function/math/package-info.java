/** Arithmetic and mathematical functions. */
@NullMarked
package dev.troupe.sql.function.math;

import org.jspecify.annotations.NullMarked;
