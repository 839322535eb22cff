/** Casts of values from one type to another. */
@NullMarked
package dev.troupe.sql.type.cast;

import org.jspecify.annotations.NullMarked;
