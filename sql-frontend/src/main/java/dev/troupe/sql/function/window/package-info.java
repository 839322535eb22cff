/** Window functions. */
@NullMarked
package dev.troupe.sql.function.window;

import org.jspecify.annotations.NullMarked;
