/** Functions and operators of arrays. */
@NullMarked
package dev.troupe.sql.function.array;

import org.jspecify.annotations.NullMarked;
